//! What the page is told: what changed on both sides since it last heard.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::followed::Followed;
use super::lag::{LagSummary, Matched};
use super::shared::Shared;
use super::tally::Counts;
use crate::Millis;
use crate::faults::Service;
use crate::kintone::{Commit, Kintone};
use crate::stripe::Change;

/// How far a new page looks back, per side.
const LOOK_BACK: usize = 3_000;
/// Rows per kind or app that a new page is told.
const ROWS: usize = 400;

/// Where a watcher stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    generation: u64,
    stripe: usize,
    kintone: usize,
    /// Apps with records: their names are told when one is added.
    apps: usize,
}

/// What a watcher is told.
#[derive(Debug, Serialize)]
pub(super) struct View {
    /// Forget what was shown before.
    fresh: bool,
    stripe: Vec<StripeRow>,
    kintone: Vec<KintoneRow>,
    /// Names and fields of the apps, where they are not told yet.
    apps: Map<String, Value>,
    lag: LagSummary,
    counters: Counters,
}

#[derive(Debug, Serialize)]
struct Counters {
    #[serde(flatten)]
    counts: Counts,
    events: u64,
    waiting_deliveries: usize,
    stripe_requests: u64,
    kintone_requests: u64,
}

#[derive(Debug, Serialize)]
struct StripeRow {
    at: Millis,
    kind: &'static str,
    id: String,
    deleted: bool,
    #[serde(serialize_with = "value")]
    object: Arc<Value>,
}

fn value<S: serde::Serializer>(shared: &Arc<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    Value::serialize(shared, serializer)
}

#[derive(Debug, Serialize)]
struct KintoneRow {
    at: Millis,
    app: String,
    record_id: String,
    revision: String,
    operation: Value,
    record: Value,
    #[serde(flatten)]
    matched: Matched,
}

/// What a watcher at `since` has not heard yet, and where it stands afterwards.
pub(super) fn view(shared: &Shared, since: Option<Position>) -> (View, Position) {
    let followed = shared.followed();
    let position = Position {
        generation: shared.generation(),
        stripe: followed.stripe,
        kintone: followed.kintone,
        apps: followed.tally.apps(),
    };
    let since = since.filter(|since| since.generation == position.generation);
    let stripe = shared.read_stripe(|stripe| {
        let history = stripe.history().get(..position.stripe).unwrap_or_default();
        stripe_rows(history, since.map(|since| since.stripe))
    });
    let (kintone, apps) = shared.read_kintone(|kintone| {
        let history = kintone.history().get(..position.kintone).unwrap_or_default();
        let rows = kintone_rows(history, &followed, since.map(|since| since.kintone));
        let told = since.is_some_and(|since| since.apps == position.apps);
        let apps = if told { Map::new() } else { apps_of(kintone) };
        (rows, apps)
    });
    let lag = followed.lag.summary();
    let counters = counters(shared, &followed);
    (View { fresh: since.is_none(), stripe, kintone, apps, lag, counters }, position)
}

fn stripe_rows(history: &[Change], since: Option<usize>) -> Vec<StripeRow> {
    let rows = match since {
        Some(since) => history.get(since..).unwrap_or_default().iter().collect(),
        None => newest(history, |change| change.kind, |change| &change.id)
            .into_iter()
            .map(|(_, change)| change)
            .collect::<Vec<_>>(),
    };
    let row = |change: &Change| StripeRow {
        at: change.at,
        kind: change.kind,
        id: change.id.clone(),
        deleted: change.deleted,
        object: change.json.clone(),
    };
    rows.into_iter().map(row).collect()
}

fn kintone_rows(history: &[Commit], followed: &Followed, since: Option<usize>) -> Vec<KintoneRow> {
    let rows = match since {
        Some(since) => history.iter().enumerate().skip(since).collect(),
        None => newest(history, |commit| commit.app, |commit| &commit.record_id),
    };
    let row = |(index, commit): (usize, &Commit)| KintoneRow {
        at: commit.at,
        app: commit.app.to_string(),
        record_id: commit.record_id.to_string(),
        revision: commit.revision.to_string(),
        operation: json!(commit.operation),
        record: commit.record.clone(),
        matched: followed.lag.commit(index),
    };
    rows.into_iter().map(row).collect()
}

/// The newest entry of each thing, at most [`ROWS`] things per group, oldest entry first.
fn newest<T, G: Hash + Eq, I: Hash + Eq + ?Sized>(
    history: &[T],
    group: impl Fn(&T) -> G,
    thing: impl Fn(&T) -> &I,
) -> Vec<(usize, &T)> {
    let mut seen: HashMap<G, HashSet<&I>> = HashMap::new();
    let mut found: Vec<_> = history
        .iter()
        .enumerate()
        .rev()
        .take(LOOK_BACK)
        .filter(|(_, entry)| {
            let things = seen.entry(group(entry)).or_default();
            things.len() < ROWS && things.insert(thing(entry))
        })
        .collect();
    found.reverse();
    found
}

fn counters(shared: &Shared, followed: &Followed) -> Counters {
    let (events, waiting_deliveries) =
        shared.read_stripe(|stripe| (stripe.counters().events, stripe.outstanding()));
    let requests = shared.requests();
    Counters {
        counts: followed.tally.counts(),
        events,
        waiting_deliveries,
        stripe_requests: requests.count(Service::Stripe),
        kintone_requests: requests.count(Service::Kintone),
    }
}

/// Name and fields of every app. The snapshot holds every record too, so this is for a new page
/// and a new app only.
fn apps_of(kintone: &Kintone) -> Map<String, Value> {
    let mut snapshot = kintone.snapshot();
    let Some(apps) = snapshot["apps"].as_object_mut() else {
        return Map::new();
    };
    std::mem::take(apps).into_iter().map(|(id, app)| (id, shown_app(&app))).collect()
}

fn shown_app(app: &Value) -> Value {
    let properties = app["properties"].as_object();
    let field = |(code, property): (&String, &Value)| json!({"code": code, "label": property["label"], "type": property["type"]});
    let fields: Vec<_> = properties.into_iter().flatten().map(field).collect();
    json!({"name": app["name"], "fields": fields})
}
