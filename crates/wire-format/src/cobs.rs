//! Consistent overhead byte stuffing: bytes without a zero, so that a zero can end a frame.
//!
//! Each zero of the frame is replaced by the distance to the next one, and one byte in front tells the
//! distance to the first; the end counts as a zero. A receiver that has lost its place waits for the next
//! zero byte and is back in step. (Cheshire and Baker, "Consistent Overhead Byte Stuffing", IEEE/ACM
//! Transactions on Networking 7(2), 1999.) Frames here are at most 254 bytes, so the code 0xFF, which
//! stands for 254 bytes without a zero, never occurs and the overhead is one byte, always.

use crate::{MAX_DECODED, MAX_FRAME};

/// Stuffs a frame and ends it with the delimiter; gives the bytes used. What is longer than
/// [`MAX_DECODED`] is cut, which no frame is.
pub(crate) fn stuff(frame: &[u8], out: &mut [u8; MAX_FRAME]) -> usize {
    out[0] = 1;
    let mut code_at = 0;
    let mut end = 1;
    for byte in frame.iter().take(MAX_DECODED) {
        if *byte == 0 {
            code_at = end;
            out[end] = 1;
        } else {
            out[end] = *byte;
            out[code_at] += 1;
        }
        end += 1;
    }
    out[end] = 0;
    end + 1
}

/// Unstuffs in place what came before a delimiter; gives the frame, or nothing when a code points past
/// the end or is a zero. The frame lies in `bytes[1..]`, where each code has become the zero it stands for.
pub(crate) fn unstuff(bytes: &mut [u8]) -> Option<&[u8]> {
    let mut code_at = 0;
    while code_at < bytes.len() {
        let step = usize::from(bytes[code_at]);
        if step == 0 || code_at + step > bytes.len() {
            return None;
        }
        bytes[code_at] = 0;
        code_at += step;
    }
    bytes.get(1..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_comes_back_and_holds_no_zero_on_the_wire() {
        let frame = [0x11, 0x22, 0x00, 0x33, 0x00, 0x00, 0x44];
        let mut out = [0xAA; MAX_FRAME];
        let used = stuff(&frame, &mut out);
        assert_eq!(
            &out[..used],
            &[0x03, 0x11, 0x22, 0x02, 0x33, 0x01, 0x02, 0x44, 0x00]
        );
        assert_eq!(unstuff(&mut out[..used - 1]), Some(&frame[..]));
    }

    #[test]
    fn a_code_that_points_past_the_end_is_refused() {
        assert_eq!(unstuff(&mut [3, 1]), None);
        assert_eq!(unstuff(&mut [0, 1]), None);
    }
}
