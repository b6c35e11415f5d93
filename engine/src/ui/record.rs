//! An object's record in one target: what is known of it, and what kintone holds just now.

use daicho_core::kintone::{FieldType, FormSchema, Record, changed_fields};
use daicho_core::mapping::{CompiledTarget, OnRecordDeleted, WriteMode};
use daicho_core::validation::Text;
use serde_json::Value;

use super::contract::{FieldState, RecordState, Standing};
use super::stored::Stored;
use super::{Refusal, way};
use crate::binding;
use crate::config::Active;
use crate::context::{self, Gathered, Urgency};
use crate::error::EngineError;
use crate::kintone::{Access, AppForm, Client, FoundRecord, MaySend, by_ids, cached, may_send};
use crate::object;
use crate::port::World;
use crate::tenant::Tenant;

/// What kintone holds just now.
enum Now {
    NotRead,
    Missing,
    Found(FoundRecord),
}

/// The mapped fields of a record, beside what kintone holds.
#[derive(Default)]
struct Fields {
    /// Those that may be shown.
    shown: Vec<FieldState>,
    /// How many differ and would be written, shown or not.
    differing: u64,
    /// Whether kintone's values stand beside Stripe's.
    compared: bool,
}

impl<W: World> Tenant<W> {
    pub(super) async fn record_state(
        &self,
        active: &Active,
        target: &CompiledTarget,
        object_id: &str,
    ) -> Result<RecordState, Refusal> {
        let stored = Stored::read(&self.world, &target.name, object_id, self.world.now())?;
        let now = self.now_in_kintone(active, target, &stored).await?;
        let fields = match self.form_of(active, target)? {
            Some(form) => self.fields(active, target, object_id, &form, &now)?,
            None => Fields::default(),
        };
        let mut state = RecordState {
            target: target.name.clone(),
            app: target.app.clone(),
            standing: stored.standing(),
            text: None,
            code: None,
            failure: None,
            url: self.url_of(active, target, &stored),
            written: stored.written,
            compared: fields.compared,
            differing: fields.differing,
            fields: fields.shown,
        };
        explain(&mut state, stored, &now, target);
        self.explain_target(active, &mut state)?;
        Ok(state)
    }

    async fn now_in_kintone(
        &self,
        active: &Active,
        target: &CompiledTarget,
        stored: &Stored,
    ) -> Result<Now, Refusal> {
        let (Some(id), Some(connection)) = (&stored.record_id, active.connection_of(target)) else {
            return Ok(Now::NotRead);
        };
        let Ok(access) = Access::open(&self.world, &self.settings, connection) else {
            return Ok(Now::NotRead);
        };
        // Whoever looks at many objects takes nothing from what is written.
        let address = access.address();
        let share = active.daily_requests(&address);
        if may_send(&self.world, &address, share, self.world.now())? != MaySend::Now {
            return Ok(Now::NotRead);
        }
        let fields: Vec<&str> = target.write_policies().map(|(code, _)| code).collect();
        let found =
            Client::new(&self.world, access).find(&by_ids([id.as_str()].into_iter()), &fields).await?;
        Ok(match found {
            Ok(records) => records.into_iter().next().map_or(Now::Missing, Now::Found),
            Err(_) => Now::NotRead,
        })
    }

    fn form_of(&self, active: &Active, target: &CompiledTarget) -> Result<Option<AppForm>, EngineError> {
        let connection = active.connection_of(target);
        let address = connection.and_then(|app| app.address(&self.settings.dev_hosts).ok());
        address.map_or(Ok(None), |address| cached(&self.world, &address))
    }

    /// The mapped fields, with what Stripe's object gives and what kintone holds.
    fn fields(
        &self,
        active: &Active,
        target: &CompiledTarget,
        object_id: &str,
        form: &AppForm,
        now: &Now,
    ) -> Result<Fields, EngineError> {
        let Some(wanted) = self.wanted(target, object_id, form, now)? else {
            return Ok(Fields::default());
        };
        let current = match now {
            Now::Found(found) => Some(found.to_record()),
            Now::Missing | Now::NotRead => None,
        };
        let changed = match &current {
            Some(current) => changed_fields(&wanted, current, &form.form, form.precision()),
            None => Vec::new(),
        };
        let is_mapped = |code: &str| target.write_policy(code).is_some();
        let is_written = |code: &str| {
            !target.leaves(current.as_ref()) && is_mapped(code) && target.writes(code, current.as_ref())
        };
        let differing = changed.iter().filter(|code| is_written(code)).count();
        let rules = active.definition(&target.name).map_or(&[][..], |target| &target.fields);
        let is_hidden = |code: &str| rules.iter().any(|rule| rule.field == code && rule.hidden);
        let mut shown: Vec<_> = wanted.iter().filter(|(code, _)| !is_hidden(code)).collect();
        // As people put them, not by their codes.
        shown.sort_by_key(|(code, _)| rules.iter().position(|rule| rule.field == **code));
        let shown = shown.into_iter().map(|(code, value)| {
            let is_changed = changed.contains(&code.as_str()) && is_mapped(code);
            FieldState {
                stripe: value.value.clone(),
                kintone: current
                    .as_ref()
                    .and_then(|record| record.get(code))
                    .map(|field| field.value.clone()),
                differs: is_changed && is_written(code),
                keeps: is_changed && !is_written(code),
                ..named(&form.form, code)
            }
        });
        Ok(Fields {
            shown: shown.collect(),
            differing: u64::try_from(differing).unwrap_or(u64::MAX),
            compared: current.is_some(),
        })
    }

    /// What the object gives; `None` where nothing is known of it, or something is to be read first.
    fn wanted(
        &self,
        target: &CompiledTarget,
        object_id: &str,
        form: &AppForm,
        now: &Now,
    ) -> Result<Option<Record>, EngineError> {
        let at = self.world.now();
        self.world.transaction(|tx| {
            if crate::delivery::why_set_aside(tx, &target.name, object_id)?.is_some() {
                return Ok(None);
            }
            let Some(json) = object::get(tx, object_id)?.and_then(|object| object.json) else {
                return Ok(None);
            };
            let Gathered::Ready(mut context) =
                context::gather(tx, target, object_id, &json, &self.world, at, Urgency::Live)?
            else {
                return Ok(None);
            };
            if let Now::Found(found) = now {
                context.current = Some(found.to_record());
            }
            let projection = target.project_in(&json, Some(&form.form), &context, &self.world);
            Ok(Some(projection.record))
        })
    }

    /// A target that nothing is written to keeps its records from being right, whatever is known of them.
    /// What waits for one that is written to says why where that takes longer than a moment.
    fn explain_target(&self, active: &Active, state: &mut RecordState) -> Result<(), EngineError> {
        let Some(binding) = binding::get(&self.world, &state.target)? else { return Ok(()) };
        let standing = state.standing.under(binding.state);
        if standing != state.standing {
            state.standing = standing;
            state.text = way::on(&binding);
            state.code = binding.reason.map(|reason| reason.code().to_owned());
        } else if state.standing == Standing::Waiting {
            let share = active.daily_requests(&binding.address);
            if let Some((code, text)) = way::delayed(&self.world, &binding, share, self.world.now())? {
                (state.code, state.text) = (Some(code.to_owned()), Some(text));
            }
        }
        Ok(())
    }
}

fn explain(state: &mut RecordState, stored: Stored, now: &Now, target: &CompiledTarget) {
    let is_missing = matches!(now, Now::Missing);
    let makes = target.write_mode != WriteMode::UpdateOnly;
    let makes_again = makes && target.on_record_deleted == OnRecordDeleted::Create;
    match (state.standing, stored.failure) {
        (Standing::Failed, Some((id, code, text))) => {
            (state.failure, state.code, state.text) = (Some(id), Some(code), Some(text));
        }
        (Standing::InSync, _) if is_missing && makes_again => say(
            state,
            (Standing::Differs, "record_deleted"),
            "kintoneでレコードが削除されています。必要な場合は「今すぐ同期」を押してください。",
            "The record was deleted in kintone. Press \"Sync now\" if it should be there.",
        ),
        (Standing::InSync | Standing::NotLinked, _) if is_missing || stored.stays_deleted => say(
            state,
            (Standing::NotLinked, "record_stays_deleted"),
            "kintoneでレコードが削除されています。マッピングの設定により、作成し直しません。",
            "The record was deleted in kintone. It is not made again, as the mapping says.",
        ),
        (Standing::InSync, _) if state.differing > 0 => changed_in_kintone(state),
        (Standing::NotLinked, _) if !makes => say(
            state,
            (Standing::NotLinked, "not_created"),
            "更新だけを行うマッピングのため、レコードは作成されません。kintoneにレコードを追加してから「今すぐ同期」を押すと、更新されます。",
            "The mapping only updates, so no record is made. Add one in kintone and press \"Sync now\" to have it updated.",
        ),
        _ => {}
    }
}

fn changed_in_kintone(state: &mut RecordState) {
    let (ja, en) = if state.fields.iter().any(|field| field.differs) {
        (
            "kintoneで値が変更されています。Stripeの値に戻すには「今すぐ同期」を押してください。",
            "A value was changed in kintone. Press \"Sync now\" to put Stripe's back.",
        )
    } else {
        (
            "この画面に表示しない項目の値が、kintoneで変更されています。Stripeの値に戻すには「今すぐ同期」を押してください。",
            "A value that is not shown here was changed in kintone. Press \"Sync now\" to put Stripe's back.",
        )
    };
    say(state, (Standing::Differs, "changed_in_kintone"), ja, en);
}

fn say(state: &mut RecordState, (standing, code): (Standing, &str), ja: &str, en: &str) {
    (state.standing, state.code, state.text) = (standing, Some(code.to_owned()), Some(Text::of(ja, en)));
}

/// A field as the form has it, without values.
fn named(form: &FormSchema, code: &str) -> FieldState {
    let field = form.field(code);
    FieldState {
        code: code.to_owned(),
        label: field.map_or(code, |field| &field.label).to_owned(),
        kind: field.map_or("", |field| FieldType::as_str(&field.kind)).to_owned(),
        stripe: Value::Null,
        kintone: None,
        differs: false,
        keeps: false,
    }
}
