//! What one life is like: drawn from its seed, so that lives differ in kind and not only in detail.

use daicho_engine::port::Millis;
use serde_json::{Value, json};

use crate::world::Trouble;

/// How events come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// Snapshots in the pinned API version.
    Pinned,
    /// The same, of those events only that we ask Stripe for.
    Listed,
    /// Snapshots in an older API version.
    Older,
    /// Thin events.
    Thin,
}

/// What becomes of records whose objects are gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// They stay as they are.
    Keep,
    /// The field `state` says so.
    Mark,
    /// Their mapped fields are cleared.
    Clear,
    /// They are deleted.
    Delete,
}

/// What marks a record whose object is gone.
pub const MARK: &str = "gone";

impl Departure {
    fn draw(chance: &mut fastrand::Rng) -> Self {
        [Self::Keep, Self::Mark, Self::Clear, Self::Delete, Self::Delete][chance.usize(..5)]
    }

    /// As it stands in a mapping.
    #[must_use]
    pub fn document(self) -> Value {
        match self {
            Self::Keep => json!("keep"),
            Self::Mark => json!({"mark": {"field": "state", "value": MARK}}),
            Self::Clear => json!("clear"),
            Self::Delete => json!("delete"),
        }
    }
}

/// Of what there is very much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crowd {
    /// Subscriptions that were there before Daicho listened.
    Before,
    /// Subscriptions that come while it does.
    Live,
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
    /// Deliveries that are never made, of a hundred.
    pub drops: u8,
    /// Deliveries whose answer is lost, of a hundred.
    pub unheard: u8,
    /// Deliveries that the tenant's database refuses to take, of a hundred.
    pub refusals: u8,
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
    /// Whether it does so near the end: what stirs a crowd later would hide whom the mapping did not reach, and a
    /// later mapping whom the stir did not.
    pub remaps_late: bool,
    /// Whether customers' names may be too long for their field.
    pub poison: bool,
    /// Whether two customers may not have the same mail address in kintone.
    pub unique_mail: bool,
    /// Whether kintone's refusals leave open which record is to blame.
    pub nameless: bool,
    /// Whether customers come whose events' handling, or the making of whose records, panics.
    pub panics: bool,
    /// Whether the tenant panics now and then, wherever it is.
    pub stumbles: bool,
    /// Whether subscriptions and invoices are made too.
    pub billing: bool,
    /// Whether rules look at related objects and at the ledger.
    pub shop: bool,
    /// Whether Stripe tells of a card that is detached, and not of the customer whose default it was.
    pub detach_in_silence: bool,
    /// Whether subscriptions' items are records of their own.
    pub elements: bool,
    /// Whether a subscription's record looks its customer's up.
    pub lookups: bool,
    /// Whether an invoice's lines are rows of a table.
    pub tables: bool,
    /// Whether subscriptions and invoices may have more elements than Stripe shows at once.
    pub long_lists: bool,
    /// Whether only some customers are taken.
    pub condition: bool,
    /// What becomes of the records of those that are taken no more.
    pub on_leave: Departure,
    /// What becomes of the records of objects that Stripe deleted.
    pub on_delete: Departure,
    /// Whether many customers leave at once.
    pub exodus: bool,
    /// Of what there is very much.
    pub crowd: Option<Crowd>,
    /// How many things the merchant does before Daicho listens.
    pub prehistory: usize,
    /// How many requests a day an app may take, where that is few.
    pub share: Option<u32>,
    /// Whether an operator is at work: backfills, dry runs, gap checks, dead letters.
    pub operator: bool,
    /// Whether very many customers have one mail address, which kintone takes once, until its form is mended.
    pub flood: bool,
    /// Whether somebody makes a field required for a while, so that no record can be made.
    pub requires: bool,
    /// Whether a backfill, a comparison and a dry run look at everything in the end.
    pub survey: bool,
    /// Whether Daicho is looked at again five weeks later.
    pub ages: bool,
    /// Whether the life goes on for a whole night.
    pub vigil: bool,
    /// Whether the life goes on until midnight is past.
    pub evening: bool,
    /// Whether kintone leaves the key field empty where a record is made by its key.
    pub keyless: bool,
    /// Whether some customers live under a test clock.
    pub test_clocks: bool,
    /// Whether their events are created at the clock's time.
    pub clock_times: bool,
    /// Whether the Stripe key is another account's for a while.
    pub wrong_key: bool,
}

/// Longer than it takes a read to tell apart what came before and after it, in milliseconds.
const LONG_PAUSE: Millis = 1 << 17;

impl Plan {
    /// Draws a plan.
    pub fn draw(chance: &mut fastrand::Rng) -> Self {
        let quiet = chance.u8(..6) == 0;
        let rush = chance.u8(..4) == 0;
        let mut of = |most: u8| if quiet || chance.bool() { 0 } else { chance.u8(..=most) };
        let (twins, drops, unheard, refusals) = (of(30), of(25), of(30), of(10));
        let (crashes, crashes_midway) = (of(12), of(12));
        let (lost, refused, unauthorised) = (of(180), of(200), of(30));
        // These cost no request, so they come in quiet lives too.
        let duplicates = if chance.bool() { 0 } else { chance.u8(..=40) };
        let billing = chance.u8(..3) == 0;
        let departs = chance.u8(..4) == 0;
        let mut if_billing = |one_in: u8| billing && chance.u8(..one_in) == 0;
        let (shop, elements, lookups, tables, long_lists) =
            (if_billing(2), if_billing(3), if_billing(3), if_billing(3), if_billing(6));
        let plan = Self {
            endpoint: match chance.u8(..12) {
                0 | 1 => Endpoint::Thin,
                2 | 3 => Endpoint::Older,
                4..7 => Endpoint::Listed,
                _ => Endpoint::Pinned,
            },
            acts: chance.usize(8..40),
            pause: match chance.u8(..6) {
                _ if rush => chance.i64(1..400),
                0..2 => 1 << chance.u32(15..19),
                _ => 1 << chance.u32(6..14),
            },
            shuffle: if chance.bool() { 0 } else { 1 << chance.u32(5..16) },
            duplicates,
            twins,
            drops,
            unheard,
            refusals,
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
            remaps_late: false,
            poison: chance.u8(..3) == 0,
            unique_mail: chance.u8(..6) == 0,
            nameless: chance.u8(..4) == 0,
            panics: chance.u8(..6) == 0,
            stumbles: chance.u8(..6) == 0,
            billing,
            shop,
            detach_in_silence: chance.bool(),
            elements,
            lookups,
            tables,
            long_lists,
            condition: departs && chance.bool(),
            on_leave: if departs { Departure::draw(chance) } else { Departure::Keep },
            on_delete: if departs { Departure::draw(chance) } else { Departure::Keep },
            exodus: departs && chance.bool(),
            crowd: match chance.u16(..200) {
                0 => Some(Crowd::Before),
                1..4 => Some(Crowd::Live),
                _ => None,
            },
            prehistory: if billing && chance.bool() { chance.usize(..12) } else { 0 },
            share: if chance.u8(..24) == 0 { Some(chance.u32(8..24)) } else { None },
            operator: chance.u8(..4) == 0,
            flood: chance.u8(..32) == 0,
            requires: chance.u8(..16) == 0,
            survey: chance.u8(..8) == 0,
            ages: chance.u8(..16) == 0,
            vigil: chance.u8(..4) == 0,
            evening: chance.u8(..3) == 0,
            keyless: chance.u8(..40) == 0,
            test_clocks: chance.u8(..5) == 0,
            clock_times: chance.bool(),
            wrong_key: chance.u8(..8) == 0,
        };
        let unharmed = lookups && chance.bool();
        let mut plan = if quiet || unharmed { plan.quiet() } else { plan };
        plan.remaps_late = plan.crowd.is_some() && chance.bool();
        let mut plan = if unharmed { plan.unharmed() } else { plan }.consistent();
        if plan.is_orderly() && plan.acts % 2 == 0 {
            // So far apart that each change can be told from the one before: none need be read.
            plan.pause = plan.pause.max(LONG_PAUSE);
        }
        plan
    }

    /// With nothing that could keep a record from being written in its turn.
    fn unharmed(mut self) -> Self {
        (self.trouble, self.crashes, self.crashes_midway, self.refusals) = (Trouble::default(), 0, 0, 0);
        self.stumbles = false;
        (self.poison, self.unique_mail) = (false, false);
        self
    }

    /// With nothing that makes more requests than its events call for.
    fn quiet(mut self) -> Self {
        (self.operator, self.flood, self.requires, self.survey) = (false, false, false, false);
        (self.wrong_key, self.panics, self.stumbles) = (false, false, false);
        (self.test_clocks, self.share) = (false, None);
        self
    }

    /// Without what cannot be judged together.
    fn consistent(mut self) -> Self {
        if self.crowd.is_some() {
            (self.billing, self.shop, self.remaps) = (true, true, true);
            (self.elements, self.lookups, self.tables, self.test_clocks) = (false, false, false, false);
            (self.endpoint, self.acts) = (Endpoint::Listed, self.acts.min(12));
        }
        if self.crowd == Some(Crowd::Live) {
            // Nothing else reaches those that a slice lost.
            (self.operator, self.survey, self.vigil, self.evening, self.share) =
                (false, false, false, false, None);
        }
        // A subscription whose customer has no record is tried again by each night's comparison: that would
        // leave a day's few requests no rest.
        self.lookups &= self.share.is_none();
        if self.lookups {
            // A customer's record that is deleted takes the lookup's value with it.
            (self.condition, self.exodus) = (false, false);
            (self.on_delete, self.people) = (Departure::Keep, false);
        }
        if self.flood {
            // All that is refused is refused for the mail address.
            (self.unique_mail, self.poison, self.careful_policies) = (true, false, false);
            (self.condition, self.exodus, self.share) = (false, false, None);
        }
        if self.flood || self.requires {
            // A mapping is not taken while the form is against it.
            (self.remaps, self.keyless) = (false, false);
            self.requires &= !self.flood;
        }
        if self.test_clocks && self.clock_times {
            // An event that was created at another time is not found by its time.
            self.drops = 0;
        }
        if self.exodus || self.share.is_some() {
            self.acts = self.acts.max(30);
        }
        if self.keyless {
            // A lost request may make one more.
            (self.trouble, self.crashes, self.crashes_midway) = (Trouble::default(), 0, 0);
            self.stumbles = false;
            (self.operator, self.survey, self.ages) = (false, false, false);
        }
        self
    }

    /// Whether what a record holds can be told from its own object, and records of those that are gone
    /// stay. Elsewhere people keep to the fields that no rule writes.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        !self.shop && !self.departs()
    }

    /// Whether records of objects that are gone are changed.
    #[must_use]
    pub fn departs(&self) -> bool {
        self.condition || self.on_delete != Departure::Keep
    }

    /// Whether the changed mapping overwrites customers' records that the first one left alone, by values that are
    /// the same.
    #[must_use]
    pub fn overwrites_later(&self) -> bool {
        self.remaps && self.careful_policies && !self.acts.is_multiple_of(3)
    }

    /// Whether the first mapping only makes customers' records, and changes none.
    #[must_use]
    pub fn creates_first(&self) -> bool {
        self.overwrites_later() && self.acts.is_multiple_of(2)
    }

    /// Whether the tenant's memory is lost on the way.
    #[must_use]
    pub fn loses_memory(&self) -> bool {
        self.crashes > 0 || self.crashes_midway > 0 || self.panics || self.stumbles
    }

    /// Whether what was sent to kintone may take effect after what was sent later, and overwrite what people wrote
    /// meanwhile.
    #[must_use]
    pub fn lands_late(&self) -> bool {
        self.trouble.lost > 0 || self.loses_memory()
    }

    /// Whether nothing goes wrong with requests, deliveries that are made, keys and the tenant's memory.
    #[must_use]
    pub fn is_calm(&self) -> bool {
        let lasting = !self.loses_memory();
        self.trouble == Trouble::default() && lasting && !self.wrong_key && self.refusals == 0
    }

    /// Whether every record is written in its turn.
    #[must_use]
    pub fn is_unhindered(&self) -> bool {
        let free = self.share.is_none() && !self.flood && !self.requires;
        self.is_calm() && free && !self.poison && !self.unique_mail && !self.remaps && !self.operator
    }

    /// Whether nothing goes wrong with requests and the tenant's memory, and each event says all.
    #[must_use]
    pub fn is_orderly(&self) -> bool {
        let telling = matches!(self.endpoint, Endpoint::Pinned | Endpoint::Listed);
        let alone = !self.operator && !self.flood && !self.requires && !self.survey && self.share.is_none();
        self.is_calm() && !self.test_clocks && telling && alone && self.twins == 0 && self.drops == 0
    }
}
