//! An object's record in one target: what is known of it, and what kintone holds just now.

use daicho_core::kintone::{FieldType, FormSchema, Record, changed_fields};
use daicho_core::mapping::{CompiledTarget, WritePolicy};
use daicho_core::validation::Text;
use serde_json::Value;

use super::Refusal;
use super::contract::{FieldState, RecordState, Standing};
use crate::binding::{self, State};
use crate::config::Active;
use crate::context::{self, Gathered};
use crate::error::EngineError;
use crate::kintone::{Access, AppForm, Client, FoundRecord, MaySend, by_ids, cached, may_send};
use crate::object;
use crate::port::{Millis, Query, World};
use crate::tenant::Tenant;

/// What is stored of a record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) record_id: Option<String>,
    written: Option<Millis>,
    is_dirty: bool,
    is_left_out: bool,
    failure: Option<(i64, String, Text)>,
}

impl Stored {
    pub(super) fn read(
        sql: &(impl Query + ?Sized),
        target: &str,
        object_id: &str,
    ) -> Result<Self, EngineError> {
        let of = [target.into(), object_id.into()];
        let record = "SELECT record_id, written FROM record WHERE target = ?1 AND object_id = ?2";
        let record = sql.query(record, &of)?;
        let failure = "SELECT id, code, text_ja, text_en FROM dead_letter
                       WHERE kind = 'record' AND target = ?1 AND object_id = ?2 AND event_id = ''";
        let failure = sql.query(failure, &of)?;
        let is_in = |table: &str| {
            let text = format!("SELECT 1 FROM {table} WHERE target = ?1 AND object_id = ?2");
            sql.query(&text, &of).map(|rows| !rows.is_empty())
        };
        Ok(Self {
            record_id: record
                .first()
                .map(|row| row.optional_text(0).map(|id| id.map(str::to_owned)))
                .transpose()?
                .flatten(),
            written: record.first().map(|row| row.optional_integer(1)).transpose()?.flatten(),
            is_dirty: is_in("dirty")?,
            is_left_out: is_in("left_out")?,
            failure: failure
                .first()
                .map(|row| {
                    let text = Text::of(row.text(2)?, row.text(3)?);
                    Ok::<_, EngineError>((row.integer(0)?, row.text(1)?.to_owned(), text))
                })
                .transpose()?,
        })
    }

    /// How the record stands, as far as we know without a look at kintone.
    pub(super) fn standing(&self) -> Standing {
        if self.failure.is_some() {
            Standing::Failed
        } else if self.is_dirty {
            Standing::Waiting
        } else if self.is_left_out {
            Standing::LeftOut
        } else if self.record_id.is_some() {
            Standing::InSync
        } else {
            Standing::NotLinked
        }
    }
}

/// What kintone holds just now.
enum Now {
    NotRead,
    Missing,
    Found(FoundRecord),
}

/// The code of a record that is not there any more.
const RECORD_DELETED: &str = "record_deleted";

impl<W: World> Tenant<W> {
    pub(super) async fn record_state(
        &self,
        active: &Active,
        target: &CompiledTarget,
        object_id: &str,
    ) -> Result<RecordState, Refusal> {
        let stored = Stored::read(&self.world, &target.name, object_id)?;
        let now = self.now_in_kintone(active, target, &stored).await?;
        let form = self.form_of(active, target)?;
        let fields = match &form {
            Some(form) => self.fields(active, target, object_id, form, &now)?,
            None => Vec::new(),
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
            compared: !matches!(now, Now::NotRead),
            fields,
        };
        explain(&mut state, stored, &now);
        self.explain_target(&mut state)?;
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
    ) -> Result<Vec<FieldState>, EngineError> {
        let Some(wanted) = self.wanted(target, object_id, form, now)? else {
            return Ok(Vec::new());
        };
        let current = match now {
            Now::Found(found) => Some(found.to_record()),
            Now::Missing | Now::NotRead => None,
        };
        let none = Record::new();
        let changed =
            changed_fields(&wanted, current.as_ref().unwrap_or(&none), &form.form, form.precision());
        let rules = active.definition(&target.name).map_or(&[][..], |target| &target.fields);
        let is_hidden = |code: &str| rules.iter().any(|rule| rule.field == code && rule.hidden);
        let mut shown: Vec<_> = wanted.iter().filter(|(code, _)| !is_hidden(code)).collect();
        // As people put them, not by their codes.
        shown.sort_by_key(|(code, _)| rules.iter().position(|rule| rule.field == **code));
        let fields = shown.into_iter().map(|(code, value)| {
            let writes = target.write_policy(code) == Some(WritePolicy::Always);
            let differs = writes && current.is_some() && changed.contains(&code.as_str());
            let held = current.as_ref().and_then(|record| record.get(code)).map(|field| field.value.clone());
            field_state(&form.form, code, value.value.clone(), held, differs)
        });
        Ok(fields.collect())
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
                context::gather(tx, target, object_id, &json, &self.world, at)?
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
    fn explain_target(&self, state: &mut RecordState) -> Result<(), EngineError> {
        let Some(binding) = binding::get(&self.world, &state.target)? else { return Ok(()) };
        let waits = state.standing == Standing::Waiting || state.standing == Standing::NotLinked;
        if binding.state != State::Active && waits {
            state.standing = Standing::Stopped;
            state.text = super::way::on(&binding);
            state.code = binding.reason.map(|reason| reason.code().to_owned());
        }
        Ok(())
    }
}

fn explain(state: &mut RecordState, stored: Stored, now: &Now) {
    if let Some((id, code, text)) = stored.failure {
        (state.failure, state.code, state.text) = (Some(id), Some(code), Some(text));
    } else if state.standing == Standing::InSync && matches!(now, Now::Missing) {
        state.standing = Standing::Differs;
        state.code = Some(RECORD_DELETED.to_owned());
        state.text = Some(Text {
            ja: "kintoneでレコードが削除されています。必要な場合は「今すぐ同期」を押してください。"
                .to_owned(),
            en: "The record was deleted in kintone. Press \"Sync now\" if it should be there.".to_owned(),
        });
    } else if state.standing == Standing::InSync && state.fields.iter().any(|field| field.differs) {
        state.standing = Standing::Differs;
        state.code = Some("changed_in_kintone".to_owned());
        state.text = Some(Text {
            ja: "kintoneで値が変更されています。Stripeの値に戻すには「今すぐ同期」を押してください。"
                .to_owned(),
            en: "A value was changed in kintone. Press \"Sync now\" to put Stripe's back.".to_owned(),
        });
    }
}

fn field_state(
    form: &FormSchema,
    code: &str,
    stripe: Value,
    kintone: Option<Value>,
    differs: bool,
) -> FieldState {
    let field = form.field(code);
    FieldState {
        code: code.to_owned(),
        label: field.map_or(code, |field| &field.label).to_owned(),
        kind: field.map_or("", |field| FieldType::as_str(&field.kind)).to_owned(),
        stripe,
        kintone,
        differs,
    }
}
