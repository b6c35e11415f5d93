//! One target's records against its objects.

use std::collections::{BTreeMap, BTreeSet};

use daicho_core::kintone::FormSchema;
use daicho_core::mapping::{BuiltInZones, CompiledTarget, WritePolicy};
use daicho_engine::port::Millis;
use serde_json::Value;

use super::{Dead, Expectation, Fields, fields_of, recomputed, records, target_of};
use crate::apps::{CUSTOMERS, INVOICES, ITEMS, Place, SUBSCRIPTIONS};
use crate::people::What;
use crate::plan::{Departure, Endpoint, MARK};
use crate::stage::ACCOUNT;
use crate::world::{START, World};

/// A state that an object was in: since when, and what it was; `None`: gone.
struct Stage {
    at: Millis,
    json: Option<Value>,
}

/// One target at the end of a life.
pub(super) struct Target<'a> {
    pub(super) place: Place,
    world: &'a World,
    expectation: &'a Expectation<'a>,
    compiled: CompiledTarget,
    /// The same under each mapping there was.
    editions: Vec<CompiledTarget>,
    form: FormSchema,
    /// Each object's states, oldest first.
    objects: BTreeMap<String, Vec<Stage>>,
    records: BTreeMap<String, Fields>,
}

impl<'a> Target<'a> {
    pub(super) fn new(world: &'a World, expectation: &'a Expectation<'a>, place: Place) -> Self {
        let compiled = target_of(expectation.mapping(), place.name);
        let editions = expectation.editions.iter().map(|edition| target_of(edition, place.name)).collect();
        let (form, records) = records::of(world, place.app);
        let objects = if place == ITEMS { items(world) } else { objects(world, place.kind) };
        Self { place, world, expectation, compiled, editions, form, objects, records }
    }

    /// Whether the object was gone, for any mapping there was, at some time up to `at`.
    pub(super) fn was_gone_by(&self, id: &str, at: Millis) -> bool {
        let stages = self.objects.get(id).map(Vec::as_slice).unwrap_or_default();
        stages.iter().take_while(|stage| stage.at <= at).any(|stage| match &stage.json {
            None => true,
            Some(json) => self.editions.iter().any(|edition| !edition.takes(json)),
        })
    }

    pub(super) fn judge(&self, dead: &Dead, wrong: &mut Vec<String>) {
        for (id, stages) in &self.objects {
            if self.expectation.cursed.contains(id) {
                // Jobs read objects and not events; one that waits for the next day's requests lives
                // through a night, and its comparison.
                let plan = self.expectation.plan;
                let is_read = plan.survey || plan.operator || plan.vigil || plan.share.is_some();
                if self.records.contains_key(id) && !is_read {
                    wrong.push(format!("{id}: its events panic, and yet there is a record"));
                }
                continue;
            }
            if self.expectation.unmakeable.contains(id) {
                self.judge_unmakeable(id, stages, dead, wrong);
                continue;
            }
            let Some(last) = stages.last() else { continue };
            let is_dead = dead.contains(&(self.place.name.to_owned(), id.clone()));
            match last.json.as_ref().filter(|json| self.compiled.takes(json)) {
                Some(json) => self.judge_present(id, stages, json, is_dead, wrong),
                None => self.judge_gone(id, last.json.is_none(), wrong),
            }
        }
        for id in self.records.keys().filter(|id| !self.objects.contains_key(*id)) {
            wrong.push(format!("{}: the record {id:?} belongs to no object", self.place.name));
        }
    }

    fn judge_present(
        &self,
        id: &str,
        stages: &[Stage],
        json: &Value,
        is_dead: bool,
        wrong: &mut Vec<String>,
    ) {
        let name = self.place.name;
        let is_draft = self.place == INVOICES && json["status"] == "draft";
        // That a draft was made is not among the events that we ask Stripe for.
        let is_told = !is_draft || self.expectation.plan.endpoint != Endpoint::Listed;
        let was_told = is_told && self.stages_told(stages).any(|stage| stage.at >= START);
        // A backfill reads all that Stripe lists, which leaves out what lives under a test clock.
        let is_listed = json["test_clock"].is_null();
        let was_heard = was_told || (self.expectation.plan.survey && is_listed);
        if self.expectation.was_discarded(name, id) {
            return;
        }
        match (self.expected(json), is_dead) {
            (None, true) => {}
            (None, false) if !was_heard => {}
            (None, false) => wrong.push(format!("{name}: {id}: kintone cannot take it, and nobody is told")),
            (Some(expected), true) if self.may_be_refused(id, json, &expected) => {}
            (Some(_), true) => wrong.push(format!("{name}: {id}: a dead letter without a reason")),
            (Some(expected), false) => match self.records.get(id) {
                Some(found) => self.judge_record(id, &expected, found, stages, wrong),
                None if !was_heard || self.may_be_missing(id, &expected, stages) => {}
                None => wrong.push(format!("{name}: {id}: there is no record")),
            },
        }
    }

    /// The states that Stripe makes an event of. Of a customer's next invoice number it makes none, nor in
    /// some lives of a card that is its default no more.
    fn stages_told<'s>(&self, stages: &'s [Stage]) -> impl Iterator<Item = &'s Stage> {
        let silent = self.expectation.plan.detach_in_silence;
        let told = move |stage: &Stage| {
            let mut json = stage.json.clone();
            if let Some(json) = json.as_mut().and_then(Value::as_object_mut) {
                json.remove("next_invoice_sequence");
                if silent {
                    json.remove("invoice_settings");
                }
            }
            json
        };
        let before = std::iter::once(None).chain(stages.iter().map(Some));
        before
            .zip(stages)
            .filter(move |(before, stage)| before.map(told) != Some(told(stage)))
            .map(|(_, stage)| stage)
    }

    /// What the record should hold, by nothing but Stripe's answers of now.
    fn expected(&self, json: &Value) -> Option<Fields> {
        let context = recomputed::context(self.world, &self.compiled, json);
        let projection = self.compiled.project_in(json, Some(&self.form), &context, &BuiltInZones);
        fields_of(&self.compiled, projection, &self.form)
    }

    /// Whether kintone may refuse what the form says nothing against.
    fn may_be_refused(&self, id: &str, json: &Value, expected: &Fields) -> bool {
        let plan = self.expectation.plan;
        if plan.unique_mail && !plan.flood && self.place == CUSTOMERS {
            let kintone = self.world.0.kintone.borrow();
            let mail = expected.get("mail");
            return kintone.history().iter().filter(|commit| commit.app == self.place.app).any(|commit| {
                commit.record["id"]["value"] != id && Some(&commit.record["mail"]["value"]) == mail
            });
        }
        let customer = json["customer"].as_str().unwrap_or_default();
        let has_record = || records::of(self.world, CUSTOMERS.app).1.contains_key(customer);
        plan.lookups && self.place == SUBSCRIPTIONS && !has_record()
    }

    /// Whether a person deleted the record and nothing of it changed since; a comparison makes it again.
    fn may_be_missing(&self, id: &str, expected: &Fields, stages: &[Stage]) -> bool {
        if self.expectation.plan.survey {
            return false;
        }
        let deeds = self.expectation.deeds(self.place.app, id);
        let mut deleted = deeds.filter(|deed| deed.what == What::Deleted);
        deleted.any(|deed| !self.is_plain() || self.is_unchanged_since(deed.at, expected, stages))
    }

    /// Whether a record is made of its own object alone.
    fn is_plain(&self) -> bool {
        self.expectation.plan.is_plain()
    }

    fn is_unchanged_since(&self, at: Millis, expected: &Fields, stages: &[Stage]) -> bool {
        let then = stages.iter().rev().find(|stage| stage.at <= at).and_then(|then| then.json.as_ref());
        then.is_some_and(|json| self.alone(&self.compiled, json).as_ref() == Some(expected))
    }

    /// Whether a mapping came later that overwrites what those before it left alone.
    fn was_overwritten_since(&self, at: Millis) -> bool {
        let Expectation { plan, remapped, .. } = self.expectation;
        self.place == CUSTOMERS && plan.overwrites_later() && remapped.is_some_and(|remapped| at < remapped)
    }

    /// What a state of the object alone makes.
    fn alone(&self, target: &CompiledTarget, json: &Value) -> Option<Fields> {
        fields_of(target, target.project(json, Some(&self.form)), &self.form)
    }

    fn judge_record(
        &self,
        id: &str,
        expected: &Fields,
        found: &Fields,
        stages: &[Stage],
        wrong: &mut Vec<String>,
    ) {
        let name = self.place.name;
        let customer = stages.last().and_then(|last| last.json.as_ref()?["customer"].as_str());
        let is_orphan = customer.is_some_and(|customer| {
            self.world.0.stripe.borrow().object(ACCOUNT, false, "customer", customer).is_none()
        });
        if is_orphan && self.expectation.plan.shop {
            // What is told of a deleted customer's lists is not known.
            return;
        }
        for (code, value) in expected {
            let is = found.get(code).unwrap_or(&Value::Null);
            let right = if code == "lines" {
                self.is_table_right(id, value, is)
            } else {
                same_or_by_hand(self, id, code, value, is, expected, stages)
            };
            if !right {
                wrong.push(format!("{name}: {id}: {code} is {is}, not {value}"));
            }
        }
        if self.expectation.plan.departs() && found.get("state").is_some_and(|state| state == MARK) {
            wrong.push(format!("{name}: {id}: marked as gone, and is there"));
        }
    }

    /// One whose making panics has no record, and is a dead letter unless a person discarded that.
    fn judge_unmakeable(&self, id: &str, stages: &[Stage], dead: &Dead, wrong: &mut Vec<String>) {
        let name = self.place.name;
        if self.records.contains_key(id) {
            wrong.push(format!("{name}: {id}: making its record panics, and yet there is one"));
        }
        // Of one who came before Daicho listened no event told, and not every life has a backfill.
        let is_known = stages.first().is_some_and(|first| first.at >= START);
        let last = stages.last().and_then(|last| last.json.as_ref()).filter(|_| is_known);
        let is_taken = last.is_some_and(|json| self.compiled.takes(json));
        let is_told =
            dead.contains(&(name.to_owned(), id.to_owned())) || self.expectation.was_discarded(name, id);
        if is_taken && !is_told {
            wrong.push(format!("{name}: {id}: making its record panics, and nobody is told"));
        }
    }

    fn is_table_right(&self, id: &str, expected: &Value, is: &Value) -> bool {
        let (ours, theirs) = records::rows(is);
        let deeds = self.expectation.deeds(self.place.app, id);
        let added: BTreeSet<String> = deeds
            .filter_map(|deed| match &deed.what {
                What::AddedRow(remark) => Some(remark.clone()),
                _ => None,
            })
            .collect();
        let may_go = self.expectation.plan.lands_late() && theirs.is_subset(&added);
        let are_kept = theirs == added || may_go || self.expectation.was_deleted_by_hand(self.place.app, id);
        ours == records::rows(expected).0 && are_kept
    }

    /// What any mapping made of any state, for one field.
    fn was_ever(&self, stages: &[Stage], code: &str, value: &Value) -> bool {
        stages.iter().filter_map(|stage| stage.json.as_ref()).any(|json| {
            let project = |edition: &CompiledTarget| edition.project(json, Some(&self.form)).record;
            self.editions
                .iter()
                .any(|edition| project(edition).get(code).is_some_and(|is| is.value == *value))
        })
    }

    fn judge_gone(&self, id: &str, is_deleted: bool, wrong: &mut Vec<String>) {
        let plan = self.expectation.plan;
        let Some(found) = self.records.get(id) else { return };
        let departure = if is_deleted { plan.on_delete } else { plan.on_leave };
        let name = self.place.name;
        match departure {
            Departure::Keep => {}
            Departure::Mark if found.get("state").is_some_and(|state| state == MARK) => {}
            Departure::Mark => wrong.push(format!("{name}: {id} is gone, and its record does not say so")),
            Departure::Clear => {
                // What is filled only while it is empty may be a person's.
                let ours =
                    self.compiled.write_policies().filter(|(_, policy)| *policy != WritePolicy::IfEmpty);
                let codes = ours.map(|(code, _)| code);
                let mut kept = codes.filter(|code| found.get(*code).is_some_and(|is| !records::is_empty(is)));
                if let Some(code) = kept.next() {
                    wrong.push(format!("{name}: {id} is gone, and {code} is not cleared"));
                }
            }
            Departure::Delete => {
                let dropped =
                    |answered: &&crate::people::Answered| !answered.went_on && answered.target == name;
                if !self.expectation.answers.iter().any(|answered| dropped(&answered)) {
                    wrong.push(format!("{name}: {id} is gone, and its record is not"));
                }
            }
        }
    }
}

fn same_or_by_hand(
    target: &Target<'_>,
    id: &str,
    code: &str,
    value: &Value,
    is: &Value,
    expected: &Fields,
    stages: &[Stage],
) -> bool {
    let deeds = target.expectation.deeds(target.place.app, id);
    let by_hand = deeds.filter(|deed| match &deed.what {
        What::Edited(edited, value) => *edited == code && is == value.as_str(),
        _ => false,
    });
    let stays = |at: Millis| target.is_unchanged_since(at, expected, stages);
    let is_empty = records::is_empty(is);
    match target.compiled.write_policy(code) {
        Some(WritePolicy::Always) | None => {
            // A comparison writes over what people wrote into a field that is ours.
            let may_stay = !target.expectation.plan.survey;
            let mut left = by_hand.clone().filter(|deed| !target.was_overwritten_since(deed.at));
            records::same(is, value) || (may_stay && left.any(|deed| stays(deed.at)))
        }
        Some(WritePolicy::OnCreate) => target.was_ever(stages, code, is) || by_hand.clone().next().is_some(),
        Some(WritePolicy::IfEmpty) => {
            records::same(is, value)
                || (!is_empty && target.was_ever(stages, code, is))
                || by_hand.clone().any(|deed| !is_empty || stays(deed.at))
        }
    }
}

fn objects(world: &World, kind: &str) -> BTreeMap<String, Vec<Stage>> {
    let mut objects: BTreeMap<String, Vec<Stage>> = BTreeMap::new();
    for change in world.0.stripe.borrow().history().iter().filter(|change| change.kind == kind) {
        let json = (!change.deleted).then(|| (*change.json).clone());
        objects.entry(change.id.clone()).or_default().push(Stage { at: change.at, json });
    }
    objects
}

/// The items of all subscriptions, as the subscriptions show them.
fn items(world: &World) -> BTreeMap<String, Vec<Stage>> {
    let mut items: BTreeMap<String, Vec<Stage>> = BTreeMap::new();
    let mut of_parent: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let stripe = world.0.stripe.borrow();
    for change in stripe.history().iter().filter(|change| change.kind == ITEMS.kind) {
        let data = change.json["items"]["data"].as_array().filter(|_| !change.deleted);
        let mut there = BTreeSet::new();
        for item in data.into_iter().flatten() {
            let id = item["id"].as_str().unwrap_or_default().to_owned();
            items.entry(id.clone()).or_default().push(Stage { at: change.at, json: Some(item.clone()) });
            there.insert(id);
        }
        let before = of_parent.insert(change.id.clone(), there.clone()).unwrap_or_default();
        for gone in before.difference(&there) {
            items.entry(gone.clone()).or_default().push(Stage { at: change.at, json: None });
        }
    }
    items
}
