//! A real object, to see a mapping with.

use std::collections::BTreeSet;

use daicho_core::mapping::{Compiled, Context, Mapping};
use daicho_core::stripe::Kind;
use serde_json::Value;

use super::Refusal;
use super::connect::STRIPE_KEY;
use super::contract::{ObjectKind, Sample, SampleRequest};
use crate::config;
use crate::context;
use crate::error::EngineError;
use crate::object;
use crate::port::{Query as _, World};
use crate::secret::{self, Secret};
use crate::settings::Settings;
use crate::stripe;
use crate::stripe::client::{self, Failure};
use crate::tenant::Tenant;

/// To Stripe, for what a mapping looks at: within what one run may make on Cloudflare's free plan (50).
const REQUESTS: usize = 40;

/// By the index `object_created`: all of a kind may be very many.
const NEWEST: &str = "SELECT json FROM object
    WHERE kind = ?1 AND created_s IS NOT NULL AND deleted = 0 AND json IS NOT NULL
    ORDER BY created_s DESC LIMIT 1";

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
        let Some(object) = object else {
            return Ok(Sample { object: None, context: None });
        };
        let context = self.beside(&object, asked.mapping.as_ref()).await?;
        Ok(Sample { object: Some(object), context: Some(serde_json::to_value(&context).unwrap_or_default()) })
    }

    /// What the mapping looks at beside the object: what is stored, and else as Stripe has it now. A mapping that cannot
    /// be read looks at nothing: its issues are told by its check.
    async fn beside(&self, object: &Value, mapping: Option<&Value>) -> Result<Context, Refusal> {
        let now = self.world.now().div_euclid(1_000);
        let mut context = Context { now: Some(now), ..Context::default() };
        let mapping = mapping.and_then(|mapping| Mapping::parse(mapping.to_string().as_bytes()).ok());
        let compiled = mapping.and_then(|mapping| Compiled::with_zones(&mapping, &self.world).ok());
        let Some(target) = compiled.as_ref().and_then(|compiled| compiled.targets().next()) else {
            return Ok(context);
        };
        let (mut taken, mut requests) = (BTreeSet::new(), 0);
        loop {
            let looked = self.world.transaction(|tx| {
                context::look_on(tx, target, object, &self.world, context.clone(), taken.clone())
            })?;
            context = looked.context;
            if looked.missing.is_empty() || requests + looked.missing.len() > REQUESTS {
                return Ok(context);
            }
            let key = self.key_at_stripe()?;
            for reference in looked.missing {
                requests += 1;
                let brought =
                    stripe::bring(&self.world, &self.settings.name, &key, object, &reference, &mut context);
                if brought.await.is_err_and(|failure| failure.meets_all) {
                    return Ok(context);
                }
                taken.insert(reference);
            }
        }
    }

    fn newest(&self, kind: ObjectKind) -> Result<Option<Value>, EngineError> {
        let rows = self.world.query(NEWEST, &[Kind::from(kind).as_str().into()])?;
        let json = rows.first().map(|row| row.optional_text(0)).transpose()?.flatten();
        json.map(serde_json::from_str).transpose().map_err(|_| EngineError::Stored { what: "object" })
    }

    /// Before there is a mapping too: it is seen with real data before it is stored.
    fn key_at_stripe(&self) -> Result<Secret, Refusal> {
        let connections = config::connections(&self.world)?;
        let name =
            connections.map_or_else(|| STRIPE_KEY.to_owned(), |connections| connections.stripe_key_ref);
        let Settings { sealing, name: tenant, .. } = &self.settings;
        secret::open(&self.world, sealing, tenant, &name).map_err(|_| stripe_refused())
    }

    async fn read_at_stripe(&self, asked: &SampleRequest) -> Result<Option<Value>, Refusal> {
        let key = self.key_at_stripe()?;
        let kind = Kind::from(asked.kind);
        let path = match &asked.id {
            Some(id) => stripe::path(&kind, id),
            None => kind.list_path().map(|list| format!("{list}?limit=1")),
        };
        let path = path.ok_or_else(stripe_refused)?;
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::tests::in_sync;
    use super::*;

    #[test]
    fn the_newest_of_many_is_found_by_an_index() {
        let tenant = in_sync();
        // Their ids come before that of the newest one.
        for number in 0..150 {
            let id = format!("cus_0{number:03}");
            tenant.world().object(&id, &json!({"id": id, "object": "customer", "created": 100}));
        }
        tenant.world().object("cus_9", &json!({"id": "cus_9", "object": "customer", "created": 200}));
        assert_eq!(tenant.newest(ObjectKind::Customer).unwrap().unwrap()["id"], "cus_9");
        let plan =
            tenant.world().query(&format!("EXPLAIN QUERY PLAN {NEWEST}"), &["customer".into()]).unwrap();
        assert!(plan.len() == 1 && plan[0].text(3).unwrap().contains("object_created"), "{plan:?}");
    }
}
