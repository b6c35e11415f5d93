//! What an operator does with Daicho: jobs over all objects, gap checks, dead letters; and forms that are in
//! the way, and mended.

use daicho_engine::delivery::letters::{Filter, Values, Which};

use crate::apps::{self, CUSTOMERS};
use crate::documents;
use crate::life::{Life, Tenancy};
use crate::plan::Plan;
use crate::world::World;

/// A record whose dead letter was discarded: its target and its object.
pub type Discarded = (String, String);

/// One thing that an operator does; what Daicho refuses is none.
pub fn act(life: &Life, plan: &Plan, chance: &mut fastrand::Rng, discarded: &mut Vec<Discarded>) {
    let did = chance.u8(..12);
    life.world.say(|| format!("operator {did}"));
    undisturbed(life, |tenant| match did {
        0..2 => drop(tenant.begin_backfill()),
        2 => drop(tenant.cancel_backfill()),
        3 => drop(tenant.begin_dry_run(None)),
        4 => drop(tenant.begin_dry_run(Some(documents::mapping(plan, 1).to_string().as_bytes()))),
        5 => drop(tenant.cancel_dry_run()),
        6 => drop(tenant.begin_gap_check()),
        7 => drop(tenant.begin_reconcile(chance.bool())),
        8 => drop(tenant.begin_reconcile(false)),
        9 => drop(tenant.cancel_reconcile()),
        10 => replay(tenant),
        _ => discard(tenant, discarded),
    });
}

/// Begins a backfill.
pub fn begin_backfill(life: &Life) {
    undisturbed(life, |tenant| tenant.begin_backfill().expect("no backfill goes on"));
}

/// Begins a comparison that mends what it finds.
pub fn begin_reconcile(life: &Life) {
    undisturbed(life, |tenant| tenant.begin_reconcile(false).expect("no comparison goes on"));
}

/// Begins a dry run.
pub fn begin_dry_run(life: &Life) {
    undisturbed(life, |tenant| tenant.begin_dry_run(None).expect("no dry run goes on"));
}

/// Sends all dead letters again.
fn replay(tenant: &Tenancy) {
    let all = Which::Kind { filter: Filter::default(), after: 0 };
    tenant.replay_dead_letters(&all).expect("dead letters can be sent again");
}

fn discard(tenant: &Tenancy, discarded: &mut Vec<Discarded>) {
    let letters = tenant.dead_letters(&Filter::default(), 0, 1, Values::Redacted);
    for letter in letters.expect("dead letters can be listed") {
        tenant.discard_dead_letters(&[letter.id], "not needed", "sim").expect("the letter is there");
        discarded.push((letter.target, letter.object_id));
    }
}

/// Somebody makes a field of the customers' app required that no rule writes: no record can be made.
pub fn require(world: &World, plan: &Plan) {
    world.say(|| "somebody makes a field required".to_owned());
    let mut properties = apps::properties(plan, CUSTOMERS);
    properties["own"]["required"] = true.into();
    world.0.kintone.borrow_mut().set_properties(CUSTOMERS.app, properties);
}

/// The form is as it was, and the target goes on.
pub fn require_no_more(life: &Life, plan: &Plan) {
    let properties = apps::properties(plan, CUSTOMERS);
    life.world.0.kintone.borrow_mut().set_properties(CUSTOMERS.app, properties);
    mended(life);
}

/// Two records may have the same mail address from now on, and the target goes on.
pub fn allow_same_mail(life: &Life, plan: &Plan) {
    let allowed = Plan { unique_mail: false, ..plan.clone() };
    life.world.0.kintone.borrow_mut().set_properties(CUSTOMERS.app, apps::properties(&allowed, CUSTOMERS));
    mended(life);
}

/// What was in the way of the customers' records is not any more: their target goes on, and what was refused
/// is sent again.
pub fn mended(life: &Life) {
    undisturbed(life, |tenant| {
        tenant.resume(CUSTOMERS.name).expect("the target is there");
        replay(tenant);
    });
}

/// What a person does takes effect: the tenant's memory is not lost in the midst of it.
fn undisturbed(life: &Life, deed: impl FnOnce(&Tenancy)) {
    let tenant = life.tenant();
    life.world.undisturbed(|| deed(&tenant));
}
