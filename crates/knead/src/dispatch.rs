//! The one place where an arm's joint count becomes a type.

/// Runs `$body` with `$D` bound to the joint count as a constant; the `else` branch answers any other count.
macro_rules! with_joint_count {
    ($count:expr, $D:ident => $body:expr, else $other:expr) => {
        match $count {
            4 => {
                const $D: usize = 4;
                $body
            }
            5 => {
                const $D: usize = 5;
                $body
            }
            6 => {
                const $D: usize = 6;
                $body
            }
            7 => {
                const $D: usize = 7;
                $body
            }
            _ => $other,
        }
    };
}

pub(crate) use with_joint_count;
