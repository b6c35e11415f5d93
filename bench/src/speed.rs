//! How often something can be done in a second.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long one measurement lasts.
const LASTS: Duration = Duration::from_millis(500);
/// The best of this many: what else the machine does can only make it slower.
const ROUNDS: usize = 5;

/// Times a second.
pub fn per_second<T>(mut work: impl FnMut() -> T) -> f64 {
    let mut best = 0.0_f64;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let mut times = 0_u32;
        while begun.elapsed() < LASTS {
            black_box(work());
            times += 1;
        }
        best = best.max(f64::from(times) / begun.elapsed().as_secs_f64());
    }
    best
}
