//! What one life is like: drawn from its seed, so that lives differ in kind and not only in detail.

use daicho_engine::port::Millis;

use crate::world::Trouble;

/// How events come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Snapshots in the pinned API version.
    Pinned,
    /// Snapshots in an older API version.
    Older,
    /// Thin events.
    Thin,
}

/// What one life is like.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How events come.
    pub endpoint: Endpoint,
    /// How many things people and the merchant do.
    pub acts: usize,
    /// They do the next one within this time.
    pub pause: Millis,
    /// Deliveries are spread over this time.
    pub shuffle: Millis,
    /// Deliveries made twice, of a hundred.
    pub duplicates: u8,
    /// Changes that make two events, of a hundred.
    pub twins: u8,
    /// Deliveries whose answer is lost, of a hundred.
    pub unheard: u8,
    /// What goes wrong with requests until the calm.
    pub trouble: Trouble,
    /// Between two acts the tenant's memory is lost, of a hundred.
    pub crashes: u8,
    /// Between two acts its memory is lost within the next commits, of a hundred.
    pub crashes_midway: u8,
    /// How far the tenant's clock is ahead.
    pub skew: Millis,
    /// Whether people edit and delete records.
    pub people: bool,
    /// Whether any rule depends on what the record holds.
    pub careful_policies: bool,
    /// Whether the mapping changes on the way.
    pub remaps: bool,
    /// Whether customers' names may be too long for their field.
    pub poison: bool,
    /// Whether events come whose handling panics.
    pub panics: bool,
    /// Whether subscriptions and invoices are made too.
    pub billing: bool,
    /// Whether some customers live under a test clock.
    pub test_clocks: bool,
    /// Whether the Stripe key is another account's for a while.
    pub wrong_key: bool,
}

impl Plan {
    /// Draws a plan.
    pub fn draw(chance: &mut fastrand::Rng) -> Self {
        let quiet = chance.u8(..8) == 0;
        let rush = chance.u8(..4) == 0;
        let mut of = |most: u8| if quiet || chance.bool() { 0 } else { chance.u8(..=most) };
        let (duplicates, twins, unheard) = (of(40), of(30), of(30));
        let (crashes, crashes_midway) = (of(12), of(12));
        let (lost, refused, unauthorised) = (of(180), of(200), of(30));
        Self {
            endpoint: match chance.u8(..6) {
                0 => Endpoint::Thin,
                1 => Endpoint::Older,
                _ => Endpoint::Pinned,
            },
            acts: chance.usize(8..40),
            pause: if rush { chance.i64(1..400) } else { 1 << chance.u32(6..14) },
            shuffle: if chance.bool() { 0 } else { 1 << chance.u32(5..16) },
            duplicates,
            twins,
            unheard,
            trouble: Trouble {
                lost: lost.into(),
                refused: refused.into(),
                unauthorised: unauthorised.into(),
            },
            crashes,
            crashes_midway,
            skew: if chance.u8(..3) == 0 { chance.i64(-90_000..90_000) } else { 0 },
            people: chance.bool(),
            careful_policies: chance.u8(..3) == 0,
            remaps: chance.u8(..4) == 0,
            poison: chance.u8(..3) == 0,
            panics: chance.u8(..6) == 0,
            billing: chance.u8(..3) == 0,
            test_clocks: chance.u8(..5) == 0,
            wrong_key: chance.u8(..8) == 0,
        }
    }
}
