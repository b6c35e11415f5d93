//! Whether a life ended well: what stands in kintone against what the mapping makes of Stripe's
//! states, what people did, what may be left in the tenant's tables, and how many requests it took.

mod bounds;
mod deletions;
mod events;
mod keyless;
mod objects;
mod policies;
mod previous;
mod recomputed;
mod records;
mod tables;
mod target;

use std::collections::{BTreeMap, BTreeSet};

use daicho_core::kintone::{FieldValue, FormSchema, NumberPrecision};
use daicho_core::mapping::{Compiled, CompiledTarget, Projection};
use daicho_engine::port::Millis;
use serde_json::Value;

use crate::apps;
use crate::operator::Discarded;
use crate::people::{Answered, Deed, What};
use crate::plan::Plan;
use crate::world::World;

pub use recomputed::context;
pub use tables::{after_ages, nothing_grew, row_counts};

/// What is held against the world.
pub struct Expectation<'a> {
    /// What the life was like.
    pub plan: &'a Plan,
    /// All mappings there were, the one at the end last.
    pub editions: &'a [Value],
    /// When the mapping changed.
    pub remapped: Option<Millis>,
    /// What people did.
    pub deeds: &'a [Deed],
    /// What people answered.
    pub answers: &'a [Answered],
    /// Dead letters that an operator discarded.
    pub discarded: &'a [Discarded],
    /// Customers whose events' handling panics.
    pub cursed: &'a [String],
    /// Customers the making of whose records panics.
    pub unmakeable: &'a [String],
}

impl Expectation<'_> {
    fn mapping(&self) -> &Value {
        self.editions.last().unwrap_or(&Value::Null)
    }

    /// Whether a person chose to leave a record as it was.
    fn was_discarded(&self, target: &str, id: &str) -> bool {
        self.discarded.iter().any(|(of, object)| of == target && object == id)
    }

    /// What people did to a record.
    fn deeds(&self, app: u64, key: &str) -> impl Iterator<Item = &Deed> + Clone {
        self.deeds.iter().filter(move |deed| deed.app == app && deed.key == key)
    }

    fn was_deleted_by_hand(&self, app: u64, key: &str) -> bool {
        self.deeds(app, key).any(|deed| deed.what == What::Deleted)
    }
}

/// Everything that is wrong, in words.
pub fn of(world: &World, expectation: &Expectation<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    if expectation.plan.keyless {
        keyless::judge(world, &mut wrong);
        bounds::batches(world, &mut wrong);
        return wrong;
    }
    tables::judge(world, expectation, &mut wrong);
    events::judge(world, expectation, &mut wrong);
    objects::judge(world, expectation.plan, &mut wrong);
    bounds::judge(world, expectation, &mut wrong);
    policies::judge(world, expectation, &mut wrong);
    previous::judge(world, expectation, &mut wrong);
    let dead = dead_letters(world);
    for place in apps::of(expectation.plan) {
        let target = target::Target::new(world, expectation, place);
        target.judge(&dead, &mut wrong);
        deletions::judge(world, expectation, &target, &mut wrong);
    }
    wrong
}

/// Dead letters of records, as (target, object).
type Dead = BTreeSet<(String, String)>;

fn dead_letters(world: &World) -> Dead {
    let rows = world.rows("SELECT target, object_id FROM dead_letter WHERE kind = 'record'");
    rows.iter().map(|row| (text(row, 0), text(row, 1))).collect()
}

fn text(row: &daicho_engine::port::Row, column: usize) -> String {
    row.optional_text(column).expect("a text or nothing").unwrap_or_default().to_owned()
}

/// The fields of a record as texts.
type Fields = BTreeMap<String, Value>;

fn target_of(mapping: &Value, name: &str) -> CompiledTarget {
    let mapping = serde_json::from_value(mapping.clone()).expect("the simulation's mapping is one");
    let compiled = Compiled::new(&mapping).expect("the simulation's mapping compiles");
    compiled.target(name).expect("the simulation's target").clone()
}

/// What is projected; `None`: nothing that kintone takes.
fn fields_of(target: &CompiledTarget, projection: Projection, form: &FormSchema) -> Option<Fields> {
    let precision = NumberPrecision::default();
    let mut issues = projection.issues;
    issues.extend(daicho_core::validation::check_record(target, &projection.record, form, precision));
    if issues.iter().any(daicho_core::validation::Issue::is_error) {
        return None;
    }
    let field = |(code, field): (String, FieldValue)| (code, field.value);
    Some(projection.record.into_iter().map(field).collect())
}
