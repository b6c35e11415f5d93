//! A real object, to see a mapping with.

use daicho_core::mapping::Context;
use daicho_core::stripe::Kind;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::Refusal;
use super::connect::STRIPE_KEY;
use super::contract::{ObjectKind, Sample, SampleRequest};
use crate::config;
use crate::error::EngineError;
use crate::object;
use crate::port::{Query as _, World};
use crate::secret;
use crate::settings::Settings;
use crate::stripe::client::{self, Failure};
use crate::tenant::Tenant;

impl<W: World> Tenant<W> {
    /// The object as it is stored; where nothing is, as Stripe has it now.
    pub(super) async fn ui_sample(&self, asked: SampleRequest) -> Result<Sample, Refusal> {
        let stored = match &asked.id {
            Some(id) => object::get(&self.world, id)?.and_then(|object| object.json),
            None => self.newest(asked.kind)?,
        };
        let object = match stored {
            Some(object) => Some(object),
            None => self.read_at_stripe(&asked).await?,
        };
        let now = self.world.now().div_euclid(1_000);
        let context = Context { now: Some(now), ..Context::default() };
        let context = object.is_some().then(|| serde_json::to_value(&context).unwrap_or_default());
        Ok(Sample { object, context })
    }

    fn newest(&self, kind: ObjectKind) -> Result<Option<Value>, EngineError> {
        // The newest of a few: ids tell nothing of age, and all of them may be very many.
        let sql = "SELECT json FROM (SELECT json FROM object WHERE kind = ?1 AND deleted = 0 LIMIT 100)
                   ORDER BY json ->> 'created' DESC LIMIT 1";
        let rows = self.world.query(sql, &[Kind::from(kind).as_str().into()])?;
        let json = rows.first().map(|row| row.optional_text(0)).transpose()?.flatten();
        json.map(serde_json::from_str).transpose().map_err(|_| EngineError::Stored { what: "object" })
    }

    async fn read_at_stripe(&self, asked: &SampleRequest) -> Result<Option<Value>, Refusal> {
        // Before there is a mapping too: it is seen with real data before it is stored.
        let connections = config::connections(&self.world)?;
        let name =
            connections.map_or_else(|| STRIPE_KEY.to_owned(), |connections| connections.stripe_key_ref);
        let Settings { sealing, name: tenant, .. } = &self.settings;
        let key = secret::open(&self.world, sealing, tenant, &name).map_err(|_| stripe_refused())?;
        let list = match asked.kind {
            ObjectKind::Customer => "customers",
            ObjectKind::Subscription => "subscriptions",
            ObjectKind::Invoice => "invoices",
        };
        let path = match &asked.id {
            Some(id) => format!("/v1/{list}/{}", utf8_percent_encode(id, NON_ALPHANUMERIC)),
            None => format!("/v1/{list}?limit=1"),
        };
        let answer = client::get(&self.world, &self.settings.name, &key, &path).await;
        let json = answer.map_err(|_: Failure| stripe_refused())?.json;
        Ok(match asked.id {
            Some(_) => json.filter(|object| object.get("deleted") != Some(&Value::Bool(true))),
            None => json.and_then(|page| page.get("data")?.get(0).cloned()),
        })
    }
}

fn stripe_refused() -> Refusal {
    Refusal::new(
        502,
        "stripe_unreadable",
        "Stripeからデータを読み取れません。Stripeの制限付きキーが登録されているか、確かめてください。",
        "Stripe's data cannot be read. Check that a restricted key of Stripe's is stored.",
    )
}
