//! One life from beginning to end.

use std::panic::{AssertUnwindSafe, catch_unwind};

use daicho_engine::mutant::{self, Mutant};
use daicho_engine::port::Millis;
use serde_json::Value;

use crate::life::Life;
use crate::merchant::Merchant;
use crate::operator::{self, Discarded};
use crate::people::{self, Answered, Deed};
use crate::plan::Plan;
use crate::world::{START, Trouble, World};
use crate::{documents, stage, verdict};

/// Longer than any backoff: whatever is to be tried again was by then, in milliseconds.
const CALM: i64 = 2 * 60 * 60 * 1_000;
/// So long a few requests a day are waited for.
const PATIENCE: i64 = 10 * DAY;
/// Longer than a target may take to pause that is refused one record after the other.
const TEN_MINUTES: i64 = 10 * 60 * 1_000;
const HOUR: i64 = 6 * TEN_MINUTES;
/// Long enough for three gap checks.
const QUIET: i64 = 3 * 60 * 60 * 1_000;
/// What waits for another day's requests.
const UNDONE: &str =
    "SELECT (SELECT count(*) FROM dirty) + (SELECT count(*) FROM job WHERE state = 'running')";
/// Longer than anything is kept of what is gone, but for what a person discarded.
const AGES: i64 = 41 * DAY;
const DAY: i64 = 24 * 60 * 60 * 1_000;
/// Beyond the first night in Japan: midnight, the comparison at 03:00 and the sweep after it.
const VIGIL: i64 = 7 * 60 * 60 * 1_000;
/// Beyond the first midnight in Japan alone, before a comparison may mend what it left undone.
const EVENING: i64 = 4 * 60 * 60 * 1_000;

/// How a life went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// The seed that lives it again.
    pub seed: u64,
    /// What ended wrong; none in a life that ended well.
    pub violations: Vec<String>,
    /// Requests that met with a fault, crashes and panics.
    pub faults: usize,
    /// Requests that arrived at kintone.
    pub kintone_requests: usize,
    /// Requests that arrived at Stripe, the tenant's alone.
    pub stripe_requests: usize,
}

/// Lives the life of a seed.
pub fn seed(seed: u64, traced: bool) -> Outcome {
    with(None, seed, traced)
}

/// The same, with a fault in the engine.
pub fn with(mutant: Option<Mutant>, seed: u64, traced: bool) -> Outcome {
    mutant::set(mutant);
    let lived = catch_unwind(AssertUnwindSafe(|| live(seed, traced)));
    mutant::set(None);
    lived.unwrap_or_else(|cause| {
        let said = cause.downcast_ref::<String>().cloned();
        let said = said.or_else(|| cause.downcast_ref::<&str>().map(|said| (*said).to_owned()));
        let violations = vec![format!("the life broke off: {}", said.unwrap_or_default())];
        Outcome { seed, violations, ..Outcome::default() }
    })
}

fn live(seed: u64, traced: bool) -> Outcome {
    let (mut life, plan, merchant) = stage::put_up(seed, traced);
    let mut chance = life.world.0.chance.borrow_mut().fork();
    let editions = vec![documents::mapping(&plan, 0)];
    let mut story = Story { merchant, editions, ..Story::default() };
    unrest(&mut life, &plan);
    for act in 0..plan.acts {
        story.act(&mut life, &plan, &mut chance, act);
    }
    story.calm(&mut life, &plan, &mut chance);
    if plan.survey {
        story.survey(&mut life, &plan, &mut chance);
    }
    let Story { merchant, deeds, answers, discarded, editions, remapped, mut violations } = story;
    let forgotten = life.forgotten.iter().map(|id| format!("{id} was answered with 2xx and is not there"));
    violations.extend(forgotten);
    let asleep = life.asleep.iter().map(|id| format!("{id} was stored, and nothing wakes the tenant"));
    violations.extend(asleep);
    let repeated = life.repeated.iter().map(|id| format!("{id} came again and was taken for another event"));
    violations.extend(repeated);
    let expectation = verdict::Expectation {
        plan: &plan,
        editions: &editions,
        remapped,
        deeds: &deeds,
        answers: &answers,
        discarded: &discarded,
        cursed: &merchant.cursed,
        unmakeable: &merchant.unmakeable,
    };
    violations.extend(verdict::of(&life.world, &expectation));
    if plan.ages {
        age(&mut life);
        verdict::after_ages(&life.world, &mut violations);
    }
    let network = life.world.0.network.borrow();
    Outcome {
        seed,
        violations,
        faults: network.faults + life.crashes,
        kintone_requests: network.kintone,
        stripe_requests: network.stripe,
    }
}

/// Nobody is there for weeks, then a night goes by.
fn age(life: &mut Life) {
    let later = life.world.now() + AGES;
    life.world.0.now.set(later);
    life.rest(later + DAY);
}

/// What was done in a life.
#[derive(Default)]
struct Story {
    merchant: Merchant,
    deeds: Vec<Deed>,
    answers: Vec<Answered>,
    discarded: Vec<Discarded>,
    editions: Vec<Value>,
    remapped: Option<Millis>,
    /// What went wrong on the way.
    violations: Vec<String>,
}

impl Story {
    fn act(&mut self, life: &mut Life, plan: &Plan, chance: &mut fastrand::Rng, act: usize) {
        self.merchant.act(&life.world, plan, chance);
        if plan.exodus {
            self.depart(life, plan, chance, act);
        }
        if act == plan.acts / 3 || act == 2 * plan.acts / 3 {
            self.merchant.stir_crowd(&life.world, plan);
        }
        if act == plan.acts / 3 {
            self.obstruct(life, plan);
        }
        if act == 2 * plan.acts / 3 {
            clear_way(life, plan);
        }
        if plan.operator && chance.u8(..6) == 0 {
            operator::act(life, plan, chance, &mut self.discarded);
        }
        if plan.people && chance.u8(..4) == 0 {
            self.act_in_kintone(&life.world, plan, chance);
        }
        if plan.wrong_key && act == plan.acts / 3 {
            life.put_secret("stripe_key", stage::OTHER_KEY);
        }
        if plan.wrong_key && act == 2 * plan.acts / 3 {
            // As long as it takes until somebody sees it: a comparison of events falls into that, or does not.
            life.pass(chance.i64(0..2 * HOUR));
            life.put_secret("stripe_key", stage::KEY);
        }
        life.pass(chance.i64(0..plan.pause));
        let remapped_at = if plan.remaps_late { 5 * plan.acts / 6 } else { plan.acts / 2 };
        if plan.remaps && act == remapped_at {
            self.remapped = Some(life.world.now());
            self.editions.push(documents::mapping(plan, self.editions.len()));
            life.put_mapping(&self.editions[self.editions.len() - 1]);
        }
        if plan.departs() && chance.u8(..6) == 0 {
            people::answer(life, chance, &mut self.answers);
        }
        if plan.stumbles && act % (1 + plan.acts / 3) == 1 {
            // Never three times, of which the same work could be blamed.
            life.world.0.statements_to_live.set(Some(chance.u32(..400)));
        }
        if chance.u8(..100) < plan.crashes {
            life.crash();
        }
        if chance.u8(..100) < plan.crashes_midway {
            life.world.0.commits_to_live.set(Some(chance.u32(..40)));
        }
    }

    fn act_in_kintone(&mut self, world: &World, plan: &Plan, chance: &mut fastrand::Rng) {
        if plan.is_plain() && chance.u8(..6) == 0 {
            let customer = self.merchant.make_customer(world, plan, chance);
            people::enter(world, &customer, &mut self.deeds);
        } else {
            people::act(world, plan, chance, &mut self.deeds);
        }
    }

    /// Many customers come, and leave in waves.
    fn depart(&mut self, life: &Life, plan: &Plan, chance: &mut fastrand::Rng, act: usize) {
        if act == plan.acts / 6 {
            self.merchant.throng(&life.world);
        }
        if [plan.acts / 2, 2 * plan.acts / 3, 5 * plan.acts / 6].contains(&act) {
            self.merchant.exodus(&life.world, plan, chance);
        }
    }

    /// Something comes into the way of the customers' records, for a third of the life.
    fn obstruct(&mut self, life: &mut Life, plan: &Plan) {
        if plan.requires {
            operator::require(&life.world, plan);
        }
        if !plan.flood {
            return;
        }
        self.merchant.flood(&life.world);
        life.pass(TEN_MINUTES);
        let is_paused = "SELECT count(*) FROM binding WHERE target = 'customers' AND state = 'paused'";
        if plan.is_calm() && plan.drops == 0 && life.world.number(is_paused) == 0 {
            let found = "25 records were to get one mail address, and their target does not pause";
            self.violations.push(found.to_owned());
        }
    }

    /// Nothing goes wrong any more, and everything comes to its end.
    fn calm(&mut self, life: &mut Life, plan: &Plan, chance: &mut fastrand::Rng) {
        life.unheard = 0;
        life.refusals = 0;
        life.world.0.commits_to_live.set(None);
        life.world.0.statements_to_live.set(None);
        life.world.0.trouble.set(Trouble::default());
        life.world.0.stripe.borrow_mut().delivery_rules().drop = 0.0;
        let watched = match plan {
            Plan { vigil: true, .. } => START + VIGIL,
            Plan { evening: true, .. } => START + EVENING,
            _ => 0,
        };
        self.come_to_rest(life, plan, chance, watched.max(life.world.now() + CALM));
        if plan.flood || plan.requires {
            // What was refused while it was mended.
            operator::mended(life);
            self.come_to_rest(life, plan, chance, life.world.now() + CALM);
        }
    }

    fn come_to_rest(&mut self, life: &mut Life, plan: &Plan, chance: &mut fastrand::Rng, mut end: Millis) {
        loop {
            life.rest(end);
            let answered = people::answer(life, chance, &mut self.answers);
            let waits_for_tomorrow =
                plan.share.is_some() && life.world.now() < START + PATIENCE && life.world.number(UNDONE) > 0;
            if !answered && !waits_for_tomorrow {
                return;
            }
            end = end.max(life.world.now() + CALM);
        }
    }

    /// A backfill brings in what no event told of, and a comparison mends what people did. Another comparison and
    /// a dry run then write nothing, and hours in which nothing happens add no row.
    fn survey(&mut self, life: &mut Life, plan: &Plan, chance: &mut fastrand::Rng) {
        operator::begin_backfill(life);
        self.come_to_rest(life, plan, chance, life.world.now() + CALM);
        operator::begin_reconcile(life);
        self.come_to_rest(life, plan, chance, life.world.now() + CALM);
        let before = life.world.0.kintone.borrow().history().len();
        operator::begin_reconcile(life);
        self.come_to_rest(life, plan, chance, life.world.now() + CALM);
        operator::begin_dry_run(life);
        self.come_to_rest(life, plan, chance, life.world.now() + CALM);
        if life.world.0.kintone.borrow().history().len() > before {
            let found = "a dry run wrote to kintone, or a comparison that had nothing to mend";
            self.violations.push(found.to_owned());
        }
        let (rows, since) = (verdict::row_counts(&life.world), life.world.now());
        self.come_to_rest(life, plan, chance, life.world.now() + QUIET);
        if plan.share.is_none() {
            // What waits for another day's requests lives through its night.
            verdict::nothing_grew(&life.world, &rows, since, &mut self.violations);
        }
    }
}

/// What was in the way is put right.
fn clear_way(life: &Life, plan: &Plan) {
    if plan.requires {
        operator::require_no_more(life, plan);
    }
    if plan.flood {
        operator::allow_same_mail(life, plan);
    }
}

fn unrest(life: &mut Life, plan: &Plan) {
    life.unheard = plan.unheard;
    life.refusals = plan.refusals;
    let world = &life.world;
    world.0.skew.set(plan.skew);
    world.0.trouble.set(plan.trouble);
    let mut stripe = world.0.stripe.borrow_mut();
    let rules = stripe.delivery_rules();
    rules.clock_times = plan.clock_times;
    rules.detach_in_silence = plan.detach_in_silence;
    rules.drop = f64::from(plan.drops) / 100.0;
    rules.shuffle_ms = plan.shuffle;
    rules.duplicate = f64::from(plan.duplicates) / 100.0;
    rules.twin = f64::from(plan.twins) / 100.0;
}
