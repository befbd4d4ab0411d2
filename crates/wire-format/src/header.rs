//! The first 24 bytes of every frame: what it is, from whom, to whom, when, in which session.
//!
//! | byte | what |
//! |---|---|
//! | 0 | protocol version, u8 |
//! | 1 | message kind, u8 |
//! | 2 | source address, u8 |
//! | 3 | destination address, u8 |
//! | 4 | session nonce, u32; 0 outside a session |
//! | 8 | sequence, u32; from 1, one more for each frame of this source in this session |
//! | 12 | sender's monotonic time, u64, ns |
//! | 20 | mode, u8 |
//! | 21 | reserved, 0 |
//! | 22 | payload length, u16 |

use crate::names::named;

named! {
    /// Who sends, who is meant.
    Address {
        /// The host's control loop.
        ControlLoop = 1,
        /// The host's monitor.
        Monitor = 2,
        /// The arm's firmware.
        Arm = 3,
        /// Configurator and discovery.
        Tools = 4,
        /// Everybody: a Hello alone may be sent to it.
        Broadcast = 255,
    }
}

named! {
    /// From the host: the mode asked for. From the arm: the mode it is in.
    Mode {
        /// Drives off, brakes on where there are any.
        Idle = 0,
        /// Drives on, stiff hold where the arm stands, no touch.
        Holding = 1,
        /// The arm does what commands say.
        Following = 2,
        /// Force goes to zero at a bounded rate.
        Unloading = 3,
        /// Unloaded and still; latched.
        Stopped = 4,
        /// The firmware has found a fault of its own; latched. The arm alone is ever in it.
        Fault = 5,
    }
}

named! {
    /// Which message a frame carries.
    Kind {
        /// Who is there?
        Hello = 1,
        /// What the arm is and may do.
        Capabilities = 2,
        /// Asks for a session.
        Open = 3,
        /// The session is open.
        Opened = 4,
        /// A request is refused.
        Refused = 5,
        /// What the joints shall do.
        Command = 6,
        /// What the joints do.
        State = 7,
        /// Proof that loop or monitor advances.
        Heartbeat = 8,
        /// Take the force away and stop.
        Stop = 9,
        /// The firmware's own fault.
        Fault = 10,
        /// Asks for a parameter.
        ParameterRead = 11,
        /// Sets a parameter.
        ParameterWrite = 12,
        /// A parameter's value.
        Parameter = 13,
        /// Asks for the other end's time.
        TimeRequest = 14,
        /// Answers with it.
        TimeReply = 15,
        /// Ends the session.
        Close = 16,
    }
}

/// Whether a message travels in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Never: it makes the session. Nonce 0.
    Handshake,
    /// Always: it moves, configures or reports what is moved.
    Session,
    /// With or without: it asks, answers, or makes the arm safer.
    Either,
}

impl Kind {
    /// Whether it travels in a session.
    #[must_use]
    pub const fn scope(self) -> Scope {
        match self {
            Self::Hello | Self::Capabilities | Self::Open | Self::Opened => Scope::Handshake,
            Self::Command | Self::State | Self::Heartbeat | Self::ParameterWrite | Self::Close => {
                Scope::Session
            }
            Self::Refused
            | Self::Stop
            | Self::Fault
            | Self::ParameterRead
            | Self::Parameter
            | Self::TimeRequest
            | Self::TimeReply => Scope::Either,
        }
    }

    /// True when this kind may go that way. The wire is a star: one end of every way is the arm.
    #[must_use]
    pub const fn may_go(self, source: Address, destination: Address) -> bool {
        let host_end = match (source, destination) {
            (Address::Arm, Address::ControlLoop | Address::Monitor | Address::Tools) => None,
            (
                Address::ControlLoop | Address::Monitor | Address::Tools,
                Address::Arm | Address::Broadcast,
            ) => Some(source),
            (Address::Arm, Address::Arm | Address::Broadcast)
            | (
                Address::ControlLoop | Address::Monitor | Address::Tools,
                Address::ControlLoop | Address::Monitor | Address::Tools,
            )
            | (Address::Broadcast, _) => return false,
        };
        let to_all = matches!(destination, Address::Broadcast);
        match host_end {
            None => self.is_the_arms(),
            Some(host) => self.is_the_hosts(host) && (!to_all || matches!(self, Self::Hello)),
        }
    }

    const fn is_the_arms(self) -> bool {
        match self {
            Self::Capabilities
            | Self::Opened
            | Self::Refused
            | Self::State
            | Self::Fault
            | Self::Parameter
            | Self::TimeRequest
            | Self::TimeReply => true,
            Self::Hello
            | Self::Open
            | Self::Command
            | Self::Heartbeat
            | Self::Stop
            | Self::ParameterRead
            | Self::ParameterWrite
            | Self::Close => false,
        }
    }

    const fn is_the_hosts(self, host: Address) -> bool {
        match self {
            Self::Hello | Self::Open | Self::ParameterRead | Self::ParameterWrite | Self::Close => {
                matches!(host, Address::ControlLoop | Address::Tools)
            }
            Self::Command => matches!(host, Address::ControlLoop),
            Self::Heartbeat => matches!(host, Address::ControlLoop | Address::Monitor),
            Self::Stop | Self::TimeRequest | Self::TimeReply => true,
            Self::Capabilities
            | Self::Opened
            | Self::Refused
            | Self::State
            | Self::Fault
            | Self::Parameter => false,
        }
    }
}

/// Who, to whom, when, in which session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Who sends.
    pub source: Address,
    /// Who is meant.
    pub destination: Address,
    /// The session's nonce, chosen by the host; 0 outside a session.
    pub session: u32,
    /// From 1, one more for each frame of this source in this session (and outside of one, since the
    /// sender's start). Never 0.
    pub sequence: u32,
    /// The sender's monotonic time, ns.
    pub time_ns: u64,
    /// Asked for by the host, being in by the arm.
    pub mode: Mode,
}
