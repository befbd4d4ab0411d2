//! The operator's word on its way into the loop: bounded, in order, and a stop that nothing can hold up.
//!
//! Requests queue; a stop has a place of its own. It is heeded before all that queued, and what queued before
//! it is dropped: nobody who asked for a stop wants "firmer" afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rtrb::{Consumer, Producer, RingBuffer};
use signals::Request;

/// The request was not taken because too many wait already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{request:?} was not taken: {waiting} requests wait and the loop has not come to them")]
pub struct LineFull {
    /// What was asked.
    pub request: Request,
    /// How many wait.
    pub waiting: usize,
}

/// Says stop from any thread, at any time; also from a signal's handler.
#[derive(Clone, Debug)]
pub struct StopSwitch(Arc<AtomicBool>);

impl StopSwitch {
    /// Asks for a stop.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// The flag itself, for whoever can set a flag and nothing else.
    #[must_use]
    pub fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }
}

/// The operator's end.
#[derive(Debug)]
pub struct RequestSender {
    stop: StopSwitch,
    line: Producer<Request>,
}

/// The loop's end.
#[derive(Debug)]
pub struct RequestReceiver {
    stop: Arc<AtomicBool>,
    line: Consumer<Request>,
}

/// A line that holds this many requests besides a stop.
#[must_use]
pub fn request_line(capacity: usize) -> (RequestSender, RequestReceiver) {
    let (sender, receiver) = RingBuffer::new(capacity);
    let stop = Arc::new(AtomicBool::new(false));
    (
        RequestSender {
            stop: StopSwitch(Arc::clone(&stop)),
            line: sender,
        },
        RequestReceiver {
            stop,
            line: receiver,
        },
    )
}

impl RequestSender {
    /// Asks for something. A stop is always taken.
    ///
    /// # Errors
    /// [`LineFull`] when the loop has not come to those that were asked before.
    pub fn ask(&mut self, request: Request) -> Result<(), LineFull> {
        match request {
            Request::None => Ok(()),
            Request::Stop => {
                self.stop.stop();
                Ok(())
            }
            Request::Pause
            | Request::Resume
            | Request::Softer
            | Request::Firmer
            | Request::Skip
            | Request::Confirm
            | Request::Reset
            | Request::End => self.line.push(request).map_err(|_| LineFull {
                request,
                waiting: self.line.buffer().capacity(),
            }),
        }
    }

    /// A switch that says stop from elsewhere.
    #[must_use]
    pub fn stop_switch(&self) -> StopSwitch {
        self.stop.clone()
    }
}

impl RequestReceiver {
    /// The next request; [`Request::None`] when nothing is asked.
    pub fn take(&mut self) -> Request {
        if self.stop.swap(false, Ordering::AcqRel) {
            while self.line.pop().is_ok() {}
            return Request::Stop;
        }
        self.line.pop().unwrap_or(Request::None)
    }

    /// A stop if one is asked for; everything else keeps waiting.
    pub fn take_stop(&mut self) -> Option<Request> {
        self.stop.load(Ordering::Acquire).then(|| self.take())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_come_out_in_order_and_each_once() {
        let (mut operator, mut ear) = request_line(4);
        for request in [Request::Softer, Request::Pause, Request::Resume] {
            operator.ask(request).unwrap();
        }
        let heard: Vec<_> = (0..4).map(|_| ear.take()).collect();
        let asked = [
            Request::Softer,
            Request::Pause,
            Request::Resume,
            Request::None,
        ];
        assert_eq!(heard, asked);
    }

    #[test]
    fn a_stop_gets_through_a_full_line_and_drops_what_was_asked_before_it() {
        let (mut operator, mut ear) = request_line(2);
        operator.ask(Request::Firmer).unwrap();
        operator.ask(Request::Firmer).unwrap();
        let refused = operator.ask(Request::Firmer).unwrap_err();
        assert_eq!((refused.request, refused.waiting), (Request::Firmer, 2));

        operator.ask(Request::Stop).unwrap();
        operator.stop_switch().stop();
        assert_eq!(ear.take(), Request::Stop);
        assert_eq!(ear.take(), Request::None);
    }

    #[test]
    fn a_stop_from_another_thread_arrives_although_the_sender_is_gone() {
        let (operator, mut ear) = request_line(1);
        let switch = operator.stop_switch();
        drop(operator);
        std::thread::spawn(move || switch.stop()).join().unwrap();
        assert_eq!(ear.take_stop(), Some(Request::Stop));
        assert_eq!(ear.take_stop(), None);
    }
}
