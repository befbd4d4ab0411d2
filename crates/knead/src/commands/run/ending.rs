//! How a live session is told of: summary, judgement, page, exit code.

use quantities::Duration;
use realtime_runner::Waits as _;
use serial_link::{Connected, SerialArm};

use super::{Leg, Session};
use crate::failure::Failure;
use crate::live::{Ending, LiveSummary, summary_text, write_page};
use crate::output;
use crate::say::{say, say_plain};
use crate::trial::ARCHIVE;

impl<const D: usize> Session<'_, D> {
    pub(super) fn conclude(
        &self,
        leg: &Leg,
        connected: &Connected,
        arm: &SerialArm<D>,
        parked: bool,
    ) -> Result<(), Failure> {
        let summary = LiveSummary {
            routine: &self.loaded.routine.name,
            link: &self.link.name,
            arm: format!(
                "{} {}",
                connected.capabilities.model.as_str(),
                connected.capabilities.serial.as_str()
            ),
            rate_hz: connected.rate.rate_hz as u16,
            ending: leg.ending,
            broken: leg.broken.clone(),
            figures: &leg.figures,
            statistics: leg.statistics.as_ref(),
            counts: *arm.host().counts(),
            missed: leg.missed,
            link_delay_s: connected.rate.delay_s,
            parked,
        };
        let text = summary.write(&self.folder)?;
        let judgement = self.judged();
        let judged = judgement.as_ref().ok().and_then(Option::as_ref);
        let page = write_page(&summary, &leg.course, &leg.steps, judged, &self.folder);
        if self.options.run.json {
            say!("{text}");
        } else {
            say_plain!("{}", summary_text(&summary));
            if let Ok(Some(judgement)) = &judgement {
                say!("judged by what really happened in the twin:");
                say_plain!("{}", output::judgement_text(judgement));
            }
            match &page {
                Ok(page) => say!("page:      {}", page.display()),
                // How the session ended is more than what is drawn of it.
                Err(why) => say!("page:      none: {}", why.text()),
            }
            say!("folder:    {}", self.folder.display());
        }
        self.verdict(&summary)?;
        match judgement? {
            Some(judgement) if !judgement.passed => Err(Failure::Verdict(format!(
                "not passed: {}",
                judgement.reasons.join("; ")
            ))),
            Some(_) | None => Ok(()),
        }
    }

    /// What the twin's own record says of the run, where there is one.
    fn judged(&self) -> Result<Option<judge::Judgement>, Failure> {
        let Some(twin) = &self.options.twin_record else {
            return Ok(None);
        };
        // The twin's last second is on its way to its file.
        let _ = self
            .clock
            .sleep_until(self.clock.now() + Duration::from_millis(2500));
        let archive = self.folder.join(ARCHIVE);
        let (_, judgement) = crate::live::judged(&self.folder, &archive, twin)?;
        Ok(Some(judgement))
    }

    fn verdict(&self, summary: &LiveSummary<'_>) -> Result<(), Failure> {
        let words = || {
            let cause = summary.cause();
            let ending = summary.words();
            if cause.is_empty() {
                ending.to_owned()
            } else {
                format!("{ending}: {cause}")
            }
        };
        let park = "look at the arm; when it stands free, `knead run … --only-park` leads it home";
        match summary.ending {
            Some(Ending::Completed) => Ok(()),
            Some(Ending::Ended) if summary.parked => Ok(()),
            Some(Ending::Ended | Ending::NoSkin) => {
                Err(Failure::Verdict(format!("{}; {park}", words())))
            }
            Some(Ending::SafetyStop(_) | Ending::Firmware(_)) => {
                Err(Failure::SafetyStop(format!("{}; {park}", words())))
            }
            Some(Ending::LinkLost) | None => Err(Failure::Device(format!("{}; {park}", words()))),
            Some(Ending::NotReady(_)) => Err(Failure::Device(words())),
        }
    }
}
