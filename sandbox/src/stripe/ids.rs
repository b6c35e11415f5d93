//! Ids in Stripe's form, drawn from a seed.

/// The source of ids and of every other random choice.
#[derive(Debug, Clone)]
pub(super) struct Ids(fastrand::Rng);

impl Ids {
    pub fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// `prefix` and an underscore before as many letters and digits as Stripe uses for it.
    pub fn next(&mut self, prefix: &str) -> String {
        match prefix {
            "cus" | "prod" | "si" | "req" => format!("{prefix}_{}", self.text(14)),
            "whsec" => format!("{prefix}_{}", self.text(32)),
            "evt_test" | "ed_test" => format!("{prefix}_{}", self.text(32)),
            _ => format!("{prefix}_1{}", self.text(23)),
        }
    }

    /// Letters and digits.
    pub fn text(&mut self, length: usize) -> String {
        (0..length).map(|_| self.0.alphanumeric()).collect()
    }

    /// True with this probability.
    pub fn chance(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.0.f64() < probability
    }

    /// A number below `bound`, or 0 where there is no room.
    pub fn below(&mut self, bound: i64) -> i64 {
        if bound > 0 { self.0.i64(0..bound) } else { 0 }
    }
}
