//! A configured tenant.

use base64::Engine as _;
use daicho_core::stripe::{AccountId, Kind};
use daicho_core::tenant::{Mode, TenantName};
use serde_json::{Value, json};

use super::kintone::token;
use super::{TestWorld, run};
use crate::config::{self, Active, ConfigError, Precondition, Stored};
use crate::object::{self, Horizon};
use crate::port::{Clock as _, Sql as _};
use crate::secret::SealingKeys;
use crate::settings::Settings;
use crate::{delivery, secret};

/// The settings of the tenant `acct_1:test`, with one sealing key.
pub(crate) fn settings() -> Settings {
    let key = base64::engine::general_purpose::STANDARD.encode([7; 32]);
    let sealing = SealingKeys::parse(&json!({"current": "k1", "keys": {"k1": key}}).to_string()).unwrap();
    let account = AccountId::parse("acct_1").unwrap();
    Settings::new(TenantName { account, mode: Mode::Test }, sealing)
}

/// One target `customers` that writes 氏名 always.
pub(crate) fn mapping() -> Value {
    json!({"version": 1, "targets": {"customers": {
        "source": "customer", "app": "顧客", "key": {"field": "顧客ID"},
        "fields": [{"field": "氏名", "value": {"path": "name"}}],
    }}})
}

/// The alias 顧客 is the app with this number.
pub(crate) fn connections(app: u64) -> Value {
    json!({"stripe_key_ref": "stripe", "apps": {
        "顧客": {"domain": "example.cybozu.com", "app": app, "token_refs": ["kintone"]}}})
}

/// The alias of each app is `app` and its number; each is asked with the tokens of all.
pub(crate) fn connections_of(apps: &[u64]) -> Value {
    let secrets: Vec<String> = apps.iter().map(|app| format!("kintone{app}")).collect();
    let app = |app: &u64| {
        let own = json!({"domain": "example.cybozu.com", "app": app, "token_refs": secrets});
        (format!("app{app}"), own)
    };
    json!({"stripe_key_ref": "stripe", "apps": apps.iter().map(app).collect::<serde_json::Map<_, _>>()})
}

impl TestWorld {
    /// Apps with these fields, numbered from 1, and a mapping to `app1`, `app2`, ….
    pub(crate) fn with_apps(forms: &[Value], mapping: &Value) -> (Self, Settings) {
        let (world, settings) = (Self::new(), settings());
        world.put_secret(&settings, "stripe", "rk_test_1");
        let apps: Vec<u64> = (1..).take(forms.len()).collect();
        for (app, form) in apps.iter().zip(forms) {
            world.create_app_with(*app, form.clone());
            world.put_secret(&settings, &format!("kintone{app}"), &token(*app));
        }
        world.put_connections(&settings, &connections_of(&apps)).unwrap();
        world.put_mapping(&settings, mapping).unwrap();
        world.deliver(&settings);
        world.forget_sent();
        (world, settings)
    }

    /// App 1, the secrets, `mapping` and the connections.
    pub(crate) fn configured(mapping: &Value) -> (Self, Settings) {
        let (world, settings) = Self::with_secrets();
        world.put_connections(&settings, &connections(1)).unwrap();
        let stored = world.put_mapping(&settings, mapping).unwrap();
        assert_eq!(stored.issues, []);
        world.deliver(&settings);
        world.forget_sent();
        (world, settings)
    }

    /// App 1 and the secrets.
    pub(crate) fn with_secrets() -> (Self, Settings) {
        let (world, settings) = (Self::new(), settings());
        world.create_app(1);
        world.put_secret(&settings, "stripe", "rk_test_1");
        world.put_secret(&settings, "kintone", &token(1));
        (world, settings)
    }

    pub(crate) fn put_secret(&self, settings: &Settings, name: &str, value: &str) {
        secret::put(self, &settings.sealing, &settings.name, name, value.as_bytes()).unwrap();
    }

    /// Puts the mapping in place of whatever is stored.
    pub(crate) fn put_mapping(&self, settings: &Settings, mapping: &Value) -> Result<Stored, ConfigError> {
        let precondition = self.replaces(config::MAPPING);
        run(config::put_mapping(self, settings, mapping.to_string().as_bytes(), &precondition, "test"))
    }

    /// Puts the connections in place of whatever is stored.
    pub(crate) fn put_connections(
        &self,
        settings: &Settings,
        connections: &Value,
    ) -> Result<Stored, ConfigError> {
        let precondition = self.replaces(config::CONNECTIONS);
        run(config::put_connections(
            self,
            settings,
            connections.to_string().as_bytes(),
            &precondition,
            "test",
        ))
    }

    fn replaces(&self, name: &str) -> Precondition {
        match config::get(self, name).unwrap() {
            None => Precondition::IfNoneMatch,
            Some(stored) => Precondition::IfMatch(stored.etag),
        }
    }

    pub(crate) fn active(&self) -> Active {
        Active::load(self).unwrap().expect("configured")
    }

    /// A customer as Stripe has it now.
    pub(crate) fn customer(&self, id: &str, name: &str) {
        self.object(id, &json!({"id": id, "object": "customer", "name": name}));
    }

    /// A customer in any shape, or an object of the kind that its `object` names.
    pub(crate) fn object(&self, id: &str, json: &Value) {
        let active = self.active();
        let kind = Kind::from_object(json["object"].as_str().unwrap_or("customer"));
        let horizon = Horizon { stale_before_s: 1, unsure_to_s: 1 };
        self.transaction(|tx| {
            object::apply(tx, &kind, id, &json.to_string(), horizon)?;
            delivery::mark_dirty(tx, &active, &kind, id)
        })
        .unwrap();
    }

    /// Stripe deleted an object.
    pub(crate) fn bury(&self, kind: &Kind, id: &str) {
        let active = self.active();
        self.transaction(|tx| {
            object::bury(tx, kind, id, 2)?;
            delivery::mark_dirty(tx, &active, kind, id)
        })
        .unwrap();
    }

    /// Runs the lanes until nothing is due. Answers how many steps it took.
    pub(crate) fn deliver(&self, settings: &Settings) -> usize {
        for step in 0..100 {
            let lanes = delivery::lanes(self, &self.active(), self.now()).unwrap();
            if lanes.is_empty() {
                return step;
            }
            for lane in lanes {
                run(delivery::run_lane(self, settings, &self.active(), &lane)).unwrap();
            }
        }
        panic!("the lanes never come to rest");
    }

    /// Goes on to when something is due next, and runs the lanes.
    pub(crate) fn deliver_later(&self, settings: &Settings) {
        let next =
            delivery::next_due(self, &self.active(), self.now()).unwrap().expect("something is to be done");
        self.now.set(self.now().max(next));
        self.deliver(settings);
    }

    /// A target's state and reason.
    pub(crate) fn state(&self, target: &str) -> (String, Option<String>) {
        let row =
            &self.sql.read("SELECT state, reason FROM binding WHERE target = ?1", &[target.into()]).unwrap()
                [0];
        (row.text(0).unwrap().to_owned(), row.optional_text(1).unwrap().map(str::to_owned))
    }
}
