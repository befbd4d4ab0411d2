//! What a twin can be told while it runs: one line of words each.
//!
//! ```text
//! X2 force_n=-5          a fault of the rig, by its class, with its figures
//! L3 share=0.1 bits=2 to=host      a fault of one direction of the link
//! clear                  all faults off
//! reboot | unplug for_s=0.5 | tool index=1 | status | quit
//! after_led_s=5.25 X2 force_n=-5   any of these, so long after the arm is first led, by the twin's own time
//! ```

use sim::firmware::{LinkFault, RigFault};

/// Which way a fault of the link lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// From the arm to the host.
    ToHost,
    /// From the host to the arm.
    ToArm,
    /// Both.
    Both,
}

/// One order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Order {
    /// A fault of the link.
    Link(Way, LinkFault),
    /// A fault of the rig.
    Rig(RigFault),
    /// All faults off.
    Clear,
    /// Power lost and back: no session, another boot nonce.
    Reboot,
    /// The plug is pulled for a time (s).
    Unplug(f64),
    /// A person bolts a tool on.
    Tool(u8),
    /// Say how it stands.
    Status,
    /// End.
    Quit,
}

/// An order with its moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timed {
    /// Time since the arm was first led (s); `None`: at once.
    pub after_led_s: Option<f64>,
    /// What is to be done.
    pub order: Order,
}

/// Longest time that an order may wait (s): two hours, as for an operator's script.
const LONGEST_WAIT_S: f64 = 7200.0;

/// Reads a line that may begin with its moment.
///
/// # Errors
/// What is wrong with it, in words.
pub fn timed(line: &str) -> Result<Timed, String> {
    let line = line.trim_start();
    let Some(rest) = line.strip_prefix("after_led_s=") else {
        return order(line).map(|order| Timed {
            after_led_s: None,
            order,
        });
    };
    let (text, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let after = text
        .parse::<f64>()
        .ok()
        .filter(|after| (0.0..=LONGEST_WAIT_S).contains(after))
        .ok_or_else(|| {
            format!("after_led_s={text}; a number from 0 to {LONGEST_WAIT_S} is allowed")
        })?;
    order(rest).map(|order| Timed {
        after_led_s: Some(after),
        order,
    })
}

/// The figures of a line, each used once.
struct Figures<'a> {
    word: &'a str,
    given: Vec<(&'a str, &'a str)>,
}

impl<'a> Figures<'a> {
    fn number(&mut self, key: &str, default: Option<f64>) -> Result<f64, String> {
        let at = self.given.iter().position(|(known, _)| *known == key);
        let Some(at) = at else {
            return default.ok_or_else(|| format!("`{}` needs {key}=NUMBER", self.word));
        };
        let (_, text) = self.given.remove(at);
        text.parse::<f64>()
            .ok()
            .filter(|value| value.is_finite())
            .ok_or_else(|| format!("`{key}={text}` is no number"))
    }

    fn share(&mut self, default: f64) -> Result<f64, String> {
        let share = self.number("share", Some(default))?;
        if (0.0..=1.0).contains(&share) {
            Ok(share)
        } else {
            Err(format!("share={share}; 0 to 1 is allowed"))
        }
    }

    fn count(&mut self, key: &str, default: Option<f64>, most: f64) -> Result<u32, String> {
        let count = self.number(key, default)?;
        if (0.0..=most).contains(&count) && count.fract() == 0.0 {
            Ok(count as u32)
        } else {
            Err(format!(
                "{key}={count}; a whole number from 0 to {most} is allowed"
            ))
        }
    }

    fn joint(&mut self) -> Result<usize, String> {
        Ok(self.count("joint", Some(0.0), 6.0)? as usize)
    }

    fn way(&mut self) -> Result<Way, String> {
        let Some(at) = self.given.iter().position(|(known, _)| *known == "to") else {
            return Ok(Way::Both);
        };
        match self.given.remove(at).1 {
            "host" => Ok(Way::ToHost),
            "arm" => Ok(Way::ToArm),
            "both" => Ok(Way::Both),
            other => Err(format!("to={other}; host, arm or both is allowed")),
        }
    }

    fn nothing_left(&self) -> Result<(), String> {
        match self.given.first() {
            None => Ok(()),
            Some((key, _)) => Err(format!("`{}` does not know {key}", self.word)),
        }
    }
}

/// Reads a line.
///
/// # Errors
/// What is wrong with it, in words.
pub fn order(line: &str) -> Result<Order, String> {
    let mut words = line.split_whitespace();
    let word = words.next().ok_or("an empty line says nothing")?;
    let given = words
        .map(|pair| {
            pair.split_once('=')
                .ok_or_else(|| format!("`{pair}` should read key=value"))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut figures = Figures { word, given };
    let order = match word {
        "clear" => Order::Clear,
        "reboot" | "A5" => Order::Reboot,
        "unplug" | "L12" => Order::Unplug(figures.number("for_s", Some(0.5))?),
        "tool" => Order::Tool(figures.count("index", None, 254.0)? as u8),
        "status" => Order::Status,
        "quit" => Order::Quit,
        _ if word.starts_with('L') => {
            let way = figures.way()?;
            Order::Link(way, link(word, &mut figures)?)
        }
        _ => Order::Rig(rig(word, &mut figures)?),
    };
    figures.nothing_left()?;
    Ok(order)
}

fn link(word: &str, figures: &mut Figures<'_>) -> Result<LinkFault, String> {
    let ns = |ms: f64| (ms.max(0.0) * 1e6) as u64;
    Ok(match word {
        "L1" => LinkFault::Drop {
            share: figures.share(0.1)?,
        },
        "L2" => LinkFault::BurstDrop {
            frames: figures.count("frames", Some(20.0), 1e6)?,
        },
        "L3" => LinkFault::BitFlips {
            share: figures.share(0.1)?,
            bits: figures.count("bits", Some(1.0), 64.0)?,
        },
        "L4" => LinkFault::Truncate {
            share: figures.share(0.1)?,
        },
        "L5" => LinkFault::Duplicate {
            share: figures.share(0.1)?,
        },
        "L6" => LinkFault::Reorder {
            share: figures.share(0.1)?,
        },
        "L7" => LinkFault::Delay {
            by_ns: ns(figures.number("ms", Some(10.0))?),
        },
        "L8" => LinkFault::Jitter {
            most_ns: ns(figures.number("ms", Some(2.0))?),
        },
        "L9" => LinkFault::ReplayOld {
            share: figures.share(0.1)?,
        },
        "L10" => LinkFault::Misaddress {
            share: figures.share(0.1)?,
        },
        "L11" => LinkFault::WrongVersion {
            share: figures.share(1.0)?,
        },
        "L13" => LinkFault::Babble {
            bytes: figures.count("bytes", Some(100.0), 4096.0)?,
        },
        "L14" => LinkFault::Silence,
        _ => return Err(unknown(word)),
    })
}

fn rig(word: &str, figures: &mut Figures<'_>) -> Result<RigFault, String> {
    Ok(match word {
        "X1" => RigFault::StuckWrench,
        "X2" => RigFault::WrenchBias(figures.number("force_n", None)?),
        "X3" => RigFault::WrenchDrift(figures.number("n_per_s", None)?),
        "X4" => RigFault::WrenchScale(figures.number("factor", None)?),
        "X5" => RigFault::WrenchSaturates(figures.number("force_n", None)?),
        "X6" => RigFault::WrenchNotANumber,
        "X7" => RigFault::WrenchSpikes(
            figures.number("force_n", None)?,
            figures.count("every_ms", Some(500.0), 1e6)?,
        ),
        "X8" => RigFault::WrenchNoise(figures.number("sigma_n", Some(1.5))?),
        "X9" => RigFault::WrenchAxesSwapped,
        "X10" => RigFault::StaleButFresh,
        "X11" => RigFault::EncoderJump(figures.joint()?, figures.number("rad", Some(0.05))?),
        "X12" => RigFault::EncoderSlip(figures.joint()?, figures.number("rad_per_s", Some(0.02))?),
        "X13" => RigFault::WrenchReducedRate(figures.count("every_ms", Some(10.0), 1e6)?),
        "X14" => RigFault::WrenchIntermittent(figures.share(0.5)?),
        "X15" => RigFault::WrenchWarmUp(figures.number("force_n", Some(3.0))?),
        "A1" => RigFault::TorqueRunaway(figures.joint()?, figures.number("torque_nm", Some(10.0))?),
        "A2" => RigFault::DeadDrive(figures.joint()?),
        "A3" => RigFault::WrongGain(figures.joint()?, figures.number("factor", Some(1.3))?),
        "A4" => RigFault::BrownOut(figures.share(0.5)?),
        "A6" => RigFault::TaskHangs,
        "A7" => RigFault::Derated(figures.share(0.7)?),
        "A8" => RigFault::BrakeStuck,
        "A9" => RigFault::WrongDirection(figures.joint()?),
        "silent" => RigFault::Silent,
        _ => return Err(unknown(word)),
    })
}

fn unknown(word: &str) -> String {
    format!(
        "`{word}` is no order; L1 to L14, X1 to X15, A1 to A9, clear, reboot, unplug, tool, status and quit are"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_of_fault_has_a_word() {
        let link = (1..=14).map(|n| format!("L{n}"));
        let rig = (1..=15).map(|n| format!("X{n} force_n=1 n_per_s=1 factor=2"));
        let drives = (1..=9).map(|n| format!("A{n}"));
        for line in link.chain(rig).chain(drives) {
            // Figures that a class does not have are told; the class itself is known.
            match order(&line) {
                Ok(_) => {}
                Err(words) => assert!(words.contains("does not know"), "{line}: {words}"),
            }
        }
    }

    #[test]
    fn figures_are_read_by_their_names_and_bounds() {
        assert_eq!(
            order("L3 share=0.25 bits=2 to=arm"),
            Ok(Order::Link(
                Way::ToArm,
                LinkFault::BitFlips {
                    share: 0.25,
                    bits: 2
                }
            ))
        );
        assert_eq!(
            order("X2 force_n=-5"),
            Ok(Order::Rig(RigFault::WrenchBias(-5.0)))
        );
        for (line, part) in [
            ("X2", "needs force_n"),
            ("L1 share=2", "0 to 1"),
            ("L1 shares=0.1", "does not know shares"),
            ("X2 force_n=nan", "no number"),
            ("A1 joint=7", "0 to 6"),
            ("L9 to=moon", "host, arm or both"),
            ("dance", "is no order"),
            ("", "empty"),
        ] {
            let words = order(line).expect_err(line);
            assert!(words.contains(part), "{line}: {words}");
        }
    }

    #[test]
    fn an_order_may_wait_until_the_arm_is_led() {
        let waiting = timed("after_led_s=5.25 X2 force_n=-5").expect("an order");
        assert_eq!(waiting.after_led_s, Some(5.25));
        assert_eq!(waiting.order, Order::Rig(RigFault::WrenchBias(-5.0)));
        assert_eq!(timed("status").expect("an order").after_led_s, None);
        for line in [
            "after_led_s=-1 clear",
            "after_led_s=inf clear",
            "after_led_s=soon clear",
            "after_led_s=1",
            "after_led_s=1 after_led_s=2 clear",
        ] {
            assert!(timed(line).is_err(), "{line}");
        }
    }
}
