//! Projection: an object and a mapping give a record.

use std::collections::BTreeSet;

use crate::json::Value as Json;

use super::context::Scope;
use super::fault::Fault;
use super::figure::CompiledFigure;
use super::reference::References;
use super::rule::CompiledRule;
use super::shape::scalar;
use super::table::CompiledRows;
use super::{
    AppAlias, BuiltInZones, Context, Departure, FieldRule, Mapping, OnRecordDeleted, Path, Source, Step,
    Target, TargetName, Value, WriteMode, WritePolicy, Zones,
};
use crate::ByName;
use crate::kintone::{FieldValue, FormSchema, Record};
use crate::rules::{Event, Pattern};
use crate::stripe::Kind;
use crate::validation::{Code, Issue, IssueBuilder};

/// The most characters that kintone takes in a key (`updateKey.value`).
pub const KEY_LENGTH: usize = 64;

/// A mapping whose paths and zones have been read: it can be applied, many times.
#[derive(Debug, Clone, PartialEq)]
pub struct Compiled {
    targets: ByName<CompiledTarget>,
}

/// One target of a [`Compiled`] mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct CompiledTarget {
    /// Its name.
    pub name: TargetName,
    /// Which objects it takes.
    pub source: Source,
    /// The app, by its alias.
    pub app: AppAlias,
    /// The field by which a record is found again.
    pub key_field: String,
    /// Whether records are created, updated or both.
    pub write_mode: WriteMode,
    /// Whether a record that somebody deleted in kintone is created again.
    pub on_record_deleted: OnRecordDeleted,
    /// Whether each record is written by itself.
    pub single_writes: bool,
    pub(super) on_leave: Departure,
    pub(super) on_delete: Departure,
    condition: Option<Pattern>,
    key_path: Path,
    fields: Vec<CompiledField>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct CompiledField {
    pub(super) rule: usize,
    pub(super) code: String,
    source: CompiledSource,
    write_policy: WritePolicy,
}

#[derive(Debug, Clone, PartialEq)]
enum CompiledSource {
    Value(CompiledRule),
    Rows(CompiledRows),
}

/// What an object becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct Projection {
    /// The key field's value; `None` with an issue when the object has none that kintone takes.
    pub key: Option<String>,
    /// The fields without the key field, which goes as the request's `updateKey`.
    pub record: Record,
    /// What could not be projected. Its fields are not in the record.
    pub issues: Vec<Issue>,
}

impl Compiled {
    /// Reads every path and zone, and looks for fields that are written twice. Only the zones that are
    /// built in may be used.
    ///
    /// # Errors
    /// All the issues that there are, not only the first.
    pub fn new(mapping: &Mapping) -> Result<Self, Vec<Issue>> {
        Self::with_zones(mapping, &BuiltInZones)
    }

    /// The same, where the platform knows other zones too.
    ///
    /// # Errors
    /// All the issues that there are, not only the first.
    pub fn with_zones(mapping: &Mapping, zones: &dyn Zones) -> Result<Self, Vec<Issue>> {
        let mut issues = Vec::new();
        let mut targets = ByName::new();
        for (name, target) in &mapping.targets {
            if let Some(compiled) = CompiledTarget::new(name, target, zones, &mut issues) {
                targets.insert(name.clone(), compiled);
            }
        }
        if issues.is_empty() { Ok(Self { targets }) } else { Err(issues) }
    }

    /// All targets, by name.
    pub fn targets(&self) -> impl Iterator<Item = &CompiledTarget> {
        self.targets.values()
    }

    /// The target of this name.
    #[must_use]
    pub fn target(&self, name: &str) -> Option<&CompiledTarget> {
        self.targets.get(name)
    }

    /// The targets that take objects of this source.
    pub fn for_source(&self, source: Source) -> impl Iterator<Item = &CompiledTarget> {
        self.targets.values().filter(move |target| target.source == source)
    }
}

impl CompiledTarget {
    fn new(name: &TargetName, target: &Target, zones: &dyn Zones, issues: &mut Vec<Issue>) -> Option<Self> {
        let at = |code: Code| Issue::of(code).target(name);
        let found_before = issues.len();
        let key_path = Path::parse(&target.key.path);
        if let Err(error) = &key_path {
            let reason = error.text_of(&target.key.path);
            issues.push(at(Code::InvalidPath).field(&target.key.field).because(reason).build());
        }
        let condition = target.condition.as_ref().map(|pattern| Pattern::compile(&pattern.clone().into()));
        let condition = condition.transpose().unwrap_or_else(|error| {
            issues.push(at(Code::InvalidCondition).detail(&error.text()).build());
            None
        });
        let mut fields: Vec<CompiledField> = Vec::new();
        for (rule, field) in target.fields.iter().enumerate() {
            let here = |code| at(code).rule(rule).field(&field.field);
            if field.field == target.key.field {
                issues.push(here(Code::KeyFieldMapped).build());
            } else if fields.iter().any(|earlier| earlier.code == field.field) {
                issues.push(here(Code::FieldMappedTwice).build());
            }
            match CompiledField::new(rule, field, zones) {
                Ok(field) => fields.push(field),
                Err(fault) => issues.push(here(fault.code).because(fault.detail.clone()).build()),
            }
        }
        if issues.len() > found_before {
            return None;
        }
        Some(Self {
            name: name.clone(),
            source: target.source,
            app: target.app.clone(),
            key_field: target.key.field.clone(),
            write_mode: target.write_mode,
            on_record_deleted: target.on_record_deleted,
            single_writes: target.single_writes,
            on_leave: target.on_leave.clone(),
            on_delete: target.on_delete.clone(),
            condition,
            key_path: key_path.ok()?,
            fields,
        })
    }

    /// Whether the object is one that the target takes: it matches the condition, if there is one.
    #[must_use]
    pub fn takes(&self, object: &Json) -> bool {
        let Some(condition) = &self.condition else {
            return true;
        };
        Event::new(object).is_ok_and(|event| condition.matches(&event))
    }

    /// Whether it takes some objects only.
    #[must_use]
    pub fn has_condition(&self) -> bool {
        self.condition.is_some()
    }

    /// Whether it deletes the records of objects that are gone.
    #[must_use]
    pub fn deletes(&self) -> bool {
        [&self.on_leave, &self.on_delete].contains(&&Departure::Delete)
    }

    /// Whether it writes rows of a table, for which the record as it is must be known.
    #[must_use]
    pub fn has_tables(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.source, CompiledSource::Rows(_)))
    }

    /// Whether a record's key is its object's id.
    #[must_use]
    pub fn key_is_id(&self) -> bool {
        matches!(self.key_path.steps(), [Step::Property(name)] if name == "id")
    }

    /// Each mapped field's write policy, by code; without the key field.
    pub fn write_policies(&self) -> impl Iterator<Item = (&str, WritePolicy)> {
        self.fields.iter().map(|field| (field.code.as_str(), field.write_policy))
    }

    /// The write policy of one field; `None` when nothing maps it.
    #[must_use]
    pub fn write_policy(&self, code: &str) -> Option<WritePolicy> {
        self.fields.iter().find(|field| field.code == code).map(|field| field.write_policy)
    }

    /// Whether rows that people added to a table stay.
    pub(super) fn keeps_others(&self, code: &str) -> bool {
        let rows = |field: &CompiledField| match &field.source {
            CompiledSource::Rows(rows) => rows.keeps_others(),
            CompiledSource::Value(_) => false,
        };
        self.fields.iter().any(|field| field.code == code && rows(field))
    }

    /// The index of the rule that maps a field.
    #[must_use]
    pub fn rule_of(&self, code: &str) -> Option<usize> {
        self.fields.iter().find(|field| field.code == code).map(|field| field.rule)
    }

    /// What the target asks for beyond the object, with the index of the rule that does; nothing if
    /// [`Self::project`] is all that it takes.
    pub fn needs(&self) -> impl Iterator<Item = (Option<usize>, Need)> {
        let of_fields = self
            .fields
            .iter()
            .flat_map(|field| field.needs().into_iter().map(|need| (Some(field.rule), need)));
        let departs = !self.on_leave.is_keep() || !self.on_delete.is_keep();
        let of_target = [(self.condition.is_some(), Need::Condition), (departs, Need::Departure)];
        let of_target =
            of_target.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, need)| (None, need));
        of_fields.chain(of_target)
    }

    /// The record that `object` becomes, for a target that needs no context ([`Self::needs`]).
    ///
    /// See [`Self::project_in`].
    #[must_use]
    pub fn project(&self, object: &Json, form: Option<&FormSchema>) -> Projection {
        self.project_in(object, form, &Context::default(), &BuiltInZones)
    }

    /// The record that `object` becomes. With the form schema each value has the form that its
    /// field's type asks for; without it, every value is text.
    ///
    /// A value that is missing clears its field: `""`, or `[]` for a list, never null; unless its rule
    /// says otherwise. What the context should hold and does not is an issue, never a missing value.
    #[must_use]
    pub fn project_in(
        &self,
        object: &Json,
        form: Option<&FormSchema>,
        context: &Context,
        zones: &dyn Zones,
    ) -> Projection {
        let scope = Scope { object, root: object, context, zones };
        let mut issues = Vec::new();
        let mut record = Record::new();
        for field in &self.fields {
            match field.project(scope, form) {
                Ok(Some(value)) => {
                    record.insert(field.code.clone(), FieldValue { value });
                }
                Ok(None) => {}
                Err((fault, value)) => {
                    // A figure that is no longer known must not stand there as if it were.
                    let cleared = field.when_unknown(&fault, form);
                    record.extend(cleared.map(|value| (field.code.clone(), FieldValue { value })));
                    let issue = self.issue(fault.code, form, &field.code).rule(field.rule);
                    issues.push(issue.because(fault.detail.clone()).value(&value).build());
                }
            }
        }
        let key = match self.key(object) {
            Ok(key) => Some(key),
            Err((code, value)) => {
                issues.push(self.issue(code, form, &self.key_field).value(&value).build());
                None
            }
        };
        Projection { key, record, issues }
    }

    /// What every field looks at beyond the object.
    pub(super) fn look(&self, scope: Scope<'_>, seen: &mut References) {
        for field in &self.fields {
            match &field.source {
                CompiledSource::Value(rule) => rule.look(scope, seen),
                CompiledSource::Rows(rows) => rows.look(scope, seen),
            }
        }
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &CompiledField> {
        self.fields.iter()
    }

    fn issue(&self, code: Code, form: Option<&FormSchema>, field: &str) -> IssueBuilder {
        Issue::of(code).target(&self.name).field_of(form, field)
    }

    fn key(&self, object: &Json) -> Result<String, (Code, Json)> {
        let value = self.key_path.get(object).unwrap_or(&Json::Null);
        let key = scalar(value).ok_or_else(|| (Code::KeyNotText, value.clone()))?;
        if key.is_empty() {
            Err((Code::KeyMissing, value.clone()))
        } else if key.chars().count() > KEY_LENGTH {
            Err((Code::KeyTooLong, value.clone()))
        } else {
            Ok(key)
        }
    }
}

/// What a rule needs beside its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// Other objects: [`Context::related`].
    Related,
    /// The record as kintone has it, for the ids of a table's rows: [`Context::current`].
    CurrentRecord,
    /// The customer's billing and the present moment: [`Context::ledger`], [`Context::now`].
    Ledger,
    /// Asking [`CompiledTarget::takes`] before the projection.
    Condition,
    /// Doing what [`CompiledTarget::departed`] says.
    Departure,
}

impl Need {
    /// The name of what in the mapping document has this need.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Related => "related objects",
            Self::CurrentRecord => "rows",
            Self::Ledger => "ledger",
            Self::Condition => "condition",
            Self::Departure => "on_leave, on_delete",
        }
    }
}

impl CompiledField {
    fn new(rule: usize, field: &FieldRule, zones: &dyn Zones) -> Result<Self, Fault> {
        let source = match &field.value {
            Value::Rows(_) if !field.transform.is_empty() => {
                return Err(Fault::new(Code::InvalidTransform, "rows"));
            }
            Value::Rows(rows) => CompiledSource::Rows(CompiledRows::new(rows, zones)?),
            value => CompiledSource::Value(CompiledRule::new(value, &field.transform, &field.empty, zones)?),
        };
        Ok(Self { rule, code: field.field.clone(), source, write_policy: field.write_policy })
    }

    fn needs(&self) -> Vec<Need> {
        let (mut is_related, is_table, figure) = match &self.source {
            CompiledSource::Value(rule) => (rule.paths().any(Path::needs_related), false, rule.figure()),
            CompiledSource::Rows(rows) => (rows.paths().any(Path::needs_related), true, None),
        };
        is_related |= matches!(figure, Some(CompiledFigure::Tax(_)));
        let is_ledger = matches!(figure, Some(CompiledFigure::Ledger { .. }));
        let needs = [(is_related, Need::Related), (is_table, Need::CurrentRecord), (is_ledger, Need::Ledger)];
        needs.into_iter().filter(|(is_needed, _)| *is_needed).map(|(_, need)| need).collect()
    }

    /// The kinds of objects that it looks at beyond its own.
    pub(super) fn reaches(&self) -> BTreeSet<Kind> {
        let mut kinds: BTreeSet<Kind> = match &self.source {
            CompiledSource::Value(rule) => {
                rule.paths().flat_map(Path::related_kinds).map(Kind::from_object).collect()
            }
            CompiledSource::Rows(rows) => {
                rows.paths().flat_map(Path::related_kinds).map(Kind::from_object).collect()
            }
        };
        kinds.extend(self.figure().into_iter().flat_map(CompiledFigure::kinds));
        kinds
    }

    /// The figure that it holds, if it is one.
    pub(super) fn figure(&self) -> Option<&CompiledFigure> {
        match &self.source {
            CompiledSource::Value(rule) => rule.figure(),
            CompiledSource::Rows(_) => None,
        }
    }

    fn when_unknown(&self, fault: &Fault, form: Option<&FormSchema>) -> Option<Json> {
        let kind = form.and_then(|form| form.field(&self.code)).map(|field| &field.kind);
        match &self.source {
            CompiledSource::Value(rule) if fault.code == Code::FigureUnknown => rule.when_empty(kind),
            _ => None,
        }
    }

    fn project(&self, scope: Scope<'_>, form: Option<&FormSchema>) -> Result<Option<Json>, (Fault, Json)> {
        match &self.source {
            CompiledSource::Value(rule) => {
                rule.project(scope, form.and_then(|form| form.field(&self.code)).map(|field| &field.kind))
            }
            CompiledSource::Rows(rows) => rows.project(scope, &self.code, form).map(Some),
        }
    }
}

#[cfg(test)]
#[path = "project_tests.rs"]
#[expect(clippy::needless_pass_by_value, reason = "json!(…) reads best as it stands")]
mod tests;
