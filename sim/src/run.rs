//! One life from beginning to end.

use std::panic::{AssertUnwindSafe, catch_unwind};

use daicho_engine::mutant::{self, Mutant};
use serde_json::Value;

use crate::life::Life;
use crate::merchant::Merchant;
use crate::people::{self, Answered, Deed};
use crate::plan::Plan;
use crate::world::{START, Trouble};
use crate::{documents, stage, verdict};

/// Longer than any backoff: whatever is to be tried again was by then, in milliseconds.
const CALM: i64 = 2 * 60 * 60 * 1_000;
/// An hour beyond the first midnight in Japan.
const VIGIL: i64 = 4 * 60 * 60 * 1_000;

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
    let mut story = Story { merchant, deeds: Vec::new(), answers: Vec::new(), editions };
    unrest(&mut life, &plan);
    for act in 0..plan.acts {
        story.act(&mut life, &plan, &mut chance, act);
    }
    story.calm(&mut life, &plan, &mut chance);
    let violations = verdict::of(
        &life.world,
        &verdict::Expectation {
            plan: &plan,
            editions: &story.editions,
            deeds: &story.deeds,
            answers: &story.answers,
            cursed: &story.merchant.cursed,
        },
    );
    let network = life.world.0.network.borrow();
    Outcome {
        seed,
        violations,
        faults: network.faults + life.crashes,
        kintone_requests: network.kintone,
        stripe_requests: network.stripe,
    }
}

/// What was done in a life.
struct Story {
    merchant: Merchant,
    deeds: Vec<Deed>,
    answers: Vec<Answered>,
    editions: Vec<Value>,
}

impl Story {
    fn act(&mut self, life: &mut Life, plan: &Plan, chance: &mut fastrand::Rng, act: usize) {
        self.merchant.act(&life.world, plan, chance);
        if plan.exodus && act == 2 * plan.acts / 3 {
            self.merchant.exodus(&life.world, plan, chance);
        }
        if act == plan.acts / 3 || act == 2 * plan.acts / 3 {
            self.merchant.stir_crowd(&life.world, plan);
        }
        if plan.people && chance.u8(..4) == 0 {
            people::act(&life.world, plan, chance, &mut self.deeds);
        }
        if plan.wrong_key && act == plan.acts / 3 {
            life.put_secret("stripe_key", stage::OTHER_KEY);
        }
        if plan.wrong_key && act == 2 * plan.acts / 3 {
            life.put_secret("stripe_key", stage::KEY);
        }
        life.pass(chance.i64(0..plan.pause));
        if plan.remaps && act == plan.acts / 2 {
            self.editions.push(documents::mapping(plan, self.editions.len()));
            life.put_mapping(&self.editions[self.editions.len() - 1]);
        }
        if plan.departs() && chance.u8(..6) == 0 {
            people::answer(life, chance, &mut self.answers);
        }
        if chance.u8(..100) < plan.crashes {
            life.crash();
        }
        if chance.u8(..100) < plan.crashes_midway {
            life.world.0.commits_to_live.set(Some(chance.u32(..40)));
        }
    }

    /// Nothing goes wrong any more, and everything comes to its end.
    fn calm(&mut self, life: &mut Life, plan: &Plan, chance: &mut fastrand::Rng) {
        life.unheard = 0;
        life.refusals = 0;
        life.world.0.commits_to_live.set(None);
        life.world.0.trouble.set(Trouble::default());
        let watched = if plan.vigil { START + VIGIL } else { 0 };
        let mut end = watched.max(life.world.now() + CALM);
        loop {
            life.rest(end);
            if !people::answer(life, chance, &mut self.answers) {
                return;
            }
            end = end.max(life.world.now() + CALM);
        }
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
    rules.shuffle_ms = plan.shuffle;
    rules.duplicate = f64::from(plan.duplicates) / 100.0;
    rules.twin = f64::from(plan.twins) / 100.0;
}
