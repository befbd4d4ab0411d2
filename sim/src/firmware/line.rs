//! One direction of a serial line with a USB converter at its end, as delays.
//!
//! ```text
//! bytes in ─▶ UART: 10 bits a byte, one after the other ─▶ converter's buffer ─▶ USB frame ─▶ bytes out
//!                                                          full packet, or the latency timer
//! ```
//! A pseudo-terminal passes bytes at once; a real line does not. What a byte waits for is put here: its
//! turn on the wire, the rest of its packet or the converter's latency timer, and the next USB frame
//! (FTDI AN232B-04, "Data throughput, latency and handshaking": 62 bytes of data a packet at full speed,
//! timer of 16 ms unless set lower, down to 1 ms).
//!
//! Pure: whoever drives it says what time it is.

use std::collections::VecDeque;

/// What one direction of the line is like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineParams {
    /// Bits a second. Zero: as fast as one likes, for stepped twins.
    pub baud: u32,
    /// USB frames come this often (ns): 125 µs at high speed, 1 ms at full speed. Zero: no USB.
    pub usb_frame_ns: u64,
    /// A packet that is not full waits this long (ns). Zero: it leaves with the next USB frame.
    pub latency_timer_ns: u64,
    /// Bytes of data in a full packet.
    pub packet_bytes: usize,
}

impl LineParams {
    /// A line without delay.
    pub const IMMEDIATE: Self = Self {
        baud: 0,
        usb_frame_ns: 0,
        latency_timer_ns: 0,
        packet_bytes: 62,
    };

    /// A converter at high speed that sends what it has with each micro-frame. Packets of 510 bytes
    /// (FT232H data sheet: 512 less 2 of status).
    #[must_use]
    pub const fn high_speed(baud: u32) -> Self {
        Self {
            baud,
            usb_frame_ns: 125_000,
            latency_timer_ns: 0,
            packet_bytes: 510,
        }
    }

    /// Time on the wire for so many bytes (ns).
    #[must_use]
    pub const fn wire_time_ns(&self, bytes: usize) -> u64 {
        match self.baud {
            0 => 0,
            baud => wire_format::wire_time_ns(bytes, baud),
        }
    }
}

/// Bytes that are under way, at most; what comes on top is lost, as in any buffer.
const ROOM: usize = 1 << 16;

/// One direction of the line.
#[derive(Clone, Debug)]
pub struct Line {
    params: LineParams,
    /// When the wire is free again (ns), in 1/1024 ns so that odd rates do not drift.
    free_at: u64,
    /// Bytes that left the UART and wait for their packet: how many, and since when.
    waiting: VecDeque<(u64, u8)>,
    /// Bytes that will come out, and when.
    leaving: VecDeque<(u64, u8)>,
    lost: u64,
}

impl Line {
    /// An empty line.
    #[must_use]
    pub fn new(params: LineParams) -> Self {
        Self {
            params,
            free_at: 0,
            waiting: VecDeque::with_capacity(1024),
            leaving: VecDeque::with_capacity(4096),
            lost: 0,
        }
    }

    /// What it is like.
    #[must_use]
    pub const fn params(&self) -> &LineParams {
        &self.params
    }

    /// Bytes that found no room.
    #[must_use]
    pub const fn lost(&self) -> u64 {
        self.lost
    }

    /// Puts bytes in at `now` (ns).
    pub fn push(&mut self, now: u64, bytes: &[u8]) {
        let one = self.params.wire_time_ns(1024);
        for byte in bytes {
            if self.waiting.len() + self.leaving.len() >= ROOM {
                self.lost += 1;
                continue;
            }
            self.free_at = self.free_at.max(now << 10) + one;
            self.arrive(self.free_at >> 10, *byte);
        }
    }

    /// A byte has left the wire: it goes with a full packet, or waits for the timer.
    fn arrive(&mut self, at: u64, byte: u8) {
        self.flush_until(at);
        self.waiting.push_back((at, byte));
        let is_full = self.waiting.len() >= self.params.packet_bytes.max(1);
        if self.params.latency_timer_ns == 0 || is_full {
            self.flush(at);
        }
    }

    /// Sends off what the timer has let go by `at`.
    fn flush_until(&mut self, at: u64) {
        while let Some(&(since, _)) = self.waiting.front() {
            let goes = since + self.params.latency_timer_ns;
            if goes > at {
                return;
            }
            self.flush(goes);
        }
    }

    /// All that waits leaves with the USB frame after `at`.
    fn flush(&mut self, at: u64) {
        let due = match self.params.usb_frame_ns {
            0 => at,
            frame => at.div_ceil(frame) * frame,
        };
        while let Some((_, byte)) = self.waiting.pop_front() {
            self.leaving.push_back((due, byte));
        }
    }

    /// When the next byte comes out (ns); `None` when nothing is under way.
    #[must_use]
    pub fn next_due(&self) -> Option<u64> {
        let timer = self
            .waiting
            .front()
            .map(|(since, _)| since + self.params.latency_timer_ns);
        self.leaving.front().map(|(due, _)| *due).or(timer)
    }

    /// Takes out what has arrived by `now`; it is appended to `out`.
    pub fn take(&mut self, now: u64, out: &mut Vec<u8>) {
        self.flush_until(now);
        while let Some(&(due, byte)) = self.leaving.front() {
            if due > now {
                return;
            }
            out.push(byte);
            self.leaving.pop_front();
        }
    }

    /// Forgets all that is under way: the plug was pulled.
    pub fn clear(&mut self) {
        self.waiting.clear();
        self.leaving.clear();
        self.free_at = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out_by(line: &mut Line, now: u64) -> usize {
        let mut out = Vec::new();
        line.take(now, &mut out);
        out.len()
    }

    #[test]
    fn three_hundred_bytes_pass_in_a_millisecond_at_3_mbaud() {
        let params = LineParams {
            usb_frame_ns: 0,
            ..LineParams::high_speed(3_000_000)
        };
        let mut line = Line::new(params);
        line.push(0, &[7; 400]);
        assert_eq!(out_by(&mut line, 1_000_000), 300);
        assert_eq!(params.wire_time_ns(300), 1_000_000);
    }

    #[test]
    fn bytes_leave_at_usb_frames_only() {
        let mut line = Line::new(LineParams::high_speed(3_000_000));
        line.push(10_000, &[1; 3]);
        assert_eq!(out_by(&mut line, 124_999), 0);
        assert_eq!(out_by(&mut line, 125_000), 3);
    }

    #[test]
    fn a_latency_timer_holds_back_what_fills_no_packet() {
        let params = LineParams {
            baud: 3_000_000,
            usb_frame_ns: 1_000_000,
            latency_timer_ns: 16_000_000,
            packet_bytes: 62,
        };
        let mut line = Line::new(params);
        line.push(0, &[1; 100]);
        // One full packet leaves with the first frame, the rest with the timer.
        assert_eq!(out_by(&mut line, 2_000_000), 62);
        assert_eq!(out_by(&mut line, 16_000_000), 0);
        assert_eq!(out_by(&mut line, 17_000_000), 38);
    }

    #[test]
    fn bytes_come_out_in_order_whatever_the_times_at_which_they_go_in() {
        let mut line = Line::new(LineParams::high_speed(115_200));
        let mut out = Vec::new();
        for (i, at) in (0..200_u8).zip((0..).step_by(37_000)) {
            line.push(at, &[i]);
            line.take(at, &mut out);
        }
        line.take(u64::MAX >> 12, &mut out);
        assert_eq!(out, (0..200).collect::<Vec<u8>>());
    }

    #[test]
    fn what_finds_no_room_is_counted() {
        let mut line = Line::new(LineParams::high_speed(9600));
        line.push(0, &vec![0; ROOM + 5]);
        assert_eq!(line.lost(), 5);
    }
}
