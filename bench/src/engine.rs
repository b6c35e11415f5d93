//! A month of customers through the whole engine: accepted, observed, projected, written.
//!
//! The engine is the Worker's own, on SQLite; Stripe and kintone are the sandbox's state machines, on
//! a virtual clock. What is counted does not depend on the machine: rows that SQLite wrote, requests
//! that arrived.

mod shop;
mod stage;

use std::time::Instant;

use daicho_sim::life::Life;

use self::shop::Shop;
use crate::report::Report;

/// Longer than any wait of the engine's own between two things that it does by itself, in milliseconds.
const REST: i64 = 30 * 60 * 1_000;

#[derive(Debug, clap::Args)]
pub struct Options {
    /// How many customers
    #[arg(long, default_value_t = 100)]
    customers: usize,
}

/// What has been counted so far.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    events: u64,
    rows: u64,
    indexes: u64,
    kintone: usize,
    stripe: usize,
    alarms: u64,
    alarm_changes: u64,
}

/// Measures it.
pub fn measure(options: &Options, report: &mut Report) {
    for (title, mapping) in [
        ("simple: customers, subscriptions, invoices by their own fields", stage::simple()),
        ("rich: with related objects, tables and the ledger's figures", stage::rich()),
    ] {
        let columns = ["events", "rows", "indexes", "alarm set", "alarms", "kintone", "Stripe", "events/s"];
        report.table(title, &columns);
        let mut life = stage::put_up(&mapping);
        let mut shop = Shop::open(&life.world);
        settle(&mut life);
        type Act = fn(&mut Shop, &Life, usize);
        let acts: [(&str, Act, bool); 6] = [
            ("a customer, one after another", |shop, life, _| shop.join(&life.world), false),
            ("many customers at once", |shop, life, _| shop.join(&life.world), true),
            ("a renewal, one after another", |shop, life, at| shop.renew(&life.world, at), false),
            ("many renewals at once", |shop, life, at| shop.renew(&life.world, at), true),
            ("a changed address", |shop, life, at| shop.change(&life.world, at), false),
            ("a cancellation", |shop, life, at| shop.cancel(&life.world, at), false),
        ];
        for (name, act, at_once) in acts {
            let (counted, seconds) = acted(&mut life, &mut shop, options.customers, act, at_once);
            report.line(name, figures(counted, options.customers, seconds));
        }
        assert_eq!(life.world.number("SELECT count(*) FROM dead_letter"), 0, "nothing may fail");
    }
}

/// What is done for each customer, and what that costs.
fn acted(
    life: &mut Life,
    shop: &mut Shop,
    customers: usize,
    act: fn(&mut Shop, &Life, usize),
    at_once: bool,
) -> (Counted, f64) {
    let before = counted(life);
    let mut seconds = 0.0;
    for at in 0..customers {
        act(shop, life, at);
        if !at_once {
            seconds += settle(life);
        }
    }
    seconds += settle(life);
    let after = counted(life);
    let spent = Counted {
        events: after.events - before.events,
        rows: after.rows - before.rows,
        indexes: after.indexes - before.indexes,
        kintone: after.kintone - before.kintone,
        stripe: after.stripe - before.stripe,
        alarms: after.alarms - before.alarms,
        alarm_changes: after.alarm_changes - before.alarm_changes,
    };
    (spent, seconds)
}

/// For each customer.
#[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 of anything")]
fn figures(counted: Counted, customers: usize, seconds: f64) -> Vec<f64> {
    let each = |count: u64| count as f64 / customers as f64;
    vec![
        each(counted.events),
        each(counted.rows),
        each(counted.indexes),
        each(counted.alarm_changes),
        each(counted.alarms),
        each(counted.kintone as u64),
        each(counted.stripe as u64),
        counted.events as f64 / seconds,
    ]
}

/// Lets everything come to rest; answers how long that took on this machine.
fn settle(life: &mut Life) -> f64 {
    let begun = Instant::now();
    let end = life.world.now() + REST;
    life.rest(end);
    let seconds = begun.elapsed().as_secs_f64();
    // The next comes in another second: events of one and the same would all be read again.
    life.world.0.now.set(life.world.now() + 2_000);
    seconds
}

fn counted(life: &Life) -> Counted {
    let world = &life.world.0;
    let written = world.sql.rows_written();
    let network = world.network.borrow();
    Counted {
        events: u64::try_from(life.world.number("SELECT coalesce(max(seq), 0) FROM inbox"))
            .unwrap_or_default(),
        rows: written.rows,
        indexes: written.index_entries_at_most,
        kintone: network.kintone,
        stripe: network.stripe,
        alarms: life.alarms,
        alarm_changes: world.alarm_changes.get(),
    }
}
