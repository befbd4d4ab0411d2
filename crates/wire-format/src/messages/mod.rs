//! What frames carry. Offsets in the tables count from the payload's start (byte 24 of the frame).

mod command;
mod handshake;
mod parameters;
mod reports;
mod state;
mod time;

pub use command::{Command, Drive, Heartbeat, Reaction, Stop, StopCause};
pub use handshake::{Capabilities, Hello, Open, Opened};
pub use parameters::{Parameter, ParameterId, ParameterRead, ParameterWrite};
pub use reports::{Fault, FaultClass, Refused, Why};
pub use state::{Answered, State, WrenchSample};
pub use time::{ClockComparison, TimeReply, TimeRequest};

use crate::codec::{Read, Reader, Writer};
use crate::header::Kind;

/// One message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Message {
    /// Who is there?
    Hello(Hello),
    /// What the arm is and may do.
    Capabilities(Capabilities),
    /// Asks for a session.
    Open(Open),
    /// The session is open.
    Opened(Opened),
    /// A request is refused.
    Refused(Refused),
    /// What the joints shall do.
    Command(Command),
    /// What the joints do.
    State(State),
    /// Proof that loop or monitor advances.
    Heartbeat(Heartbeat),
    /// Take the force away and stop.
    Stop(Stop),
    /// The firmware's own fault.
    Fault(Fault),
    /// Asks for a parameter.
    ParameterRead(ParameterRead),
    /// Sets a parameter.
    ParameterWrite(ParameterWrite),
    /// A parameter's value.
    Parameter(Parameter),
    /// Asks for the other end's time.
    TimeRequest(TimeRequest),
    /// Answers with it.
    TimeReply(TimeReply),
    /// Ends the session. No payload.
    Close,
}

impl Message {
    /// Which kind it is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Hello(_) => Kind::Hello,
            Self::Capabilities(_) => Kind::Capabilities,
            Self::Open(_) => Kind::Open,
            Self::Opened(_) => Kind::Opened,
            Self::Refused(_) => Kind::Refused,
            Self::Command(_) => Kind::Command,
            Self::State(_) => Kind::State,
            Self::Heartbeat(_) => Kind::Heartbeat,
            Self::Stop(_) => Kind::Stop,
            Self::Fault(_) => Kind::Fault,
            Self::ParameterRead(_) => Kind::ParameterRead,
            Self::ParameterWrite(_) => Kind::ParameterWrite,
            Self::Parameter(_) => Kind::Parameter,
            Self::TimeRequest(_) => Kind::TimeRequest,
            Self::TimeReply(_) => Kind::TimeReply,
            Self::Close => Kind::Close,
        }
    }

    pub(crate) fn write(&self, out: &mut Writer) {
        match self {
            Self::Hello(m) => m.write(out),
            Self::Capabilities(m) => m.write(out),
            Self::Open(m) => m.write(out),
            Self::Opened(m) => m.write(out),
            Self::Refused(m) => m.write(out),
            Self::Command(m) => m.write(out),
            Self::State(m) => m.write(out),
            Self::Heartbeat(m) => m.write(out),
            Self::Stop(m) => m.write(out),
            Self::Fault(m) => m.write(out),
            Self::ParameterRead(m) => m.write(out),
            Self::ParameterWrite(m) => m.write(out),
            Self::Parameter(m) => m.write(out),
            Self::TimeRequest(m) => m.write(out),
            Self::TimeReply(m) => m.write(out),
            Self::Close => {}
        }
    }

    pub(crate) fn read(kind: Kind, from: &mut Reader<'_>) -> Read<Self> {
        Ok(match kind {
            Kind::Hello => Self::Hello(Hello::read(from)?),
            Kind::Capabilities => Self::Capabilities(Capabilities::read(from)?),
            Kind::Open => Self::Open(Open::read(from)?),
            Kind::Opened => Self::Opened(Opened::read(from)?),
            Kind::Refused => Self::Refused(Refused::read(from)?),
            Kind::Command => Self::Command(Command::read(from)?),
            Kind::State => Self::State(State::read(from)?),
            Kind::Heartbeat => Self::Heartbeat(Heartbeat::read(from)?),
            Kind::Stop => Self::Stop(Stop::read(from)?),
            Kind::Fault => Self::Fault(Fault::read(from)?),
            Kind::ParameterRead => Self::ParameterRead(ParameterRead::read(from)?),
            Kind::ParameterWrite => Self::ParameterWrite(ParameterWrite::read(from)?),
            Kind::Parameter => Self::Parameter(Parameter::read(from)?),
            Kind::TimeRequest => Self::TimeRequest(TimeRequest::read(from)?),
            Kind::TimeReply => Self::TimeReply(TimeReply::read(from)?),
            Kind::Close => Self::Close,
        })
    }
}
