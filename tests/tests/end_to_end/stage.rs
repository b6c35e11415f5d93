//! A sandbox, a Worker, and what a test does with both.

use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail};
use daicho_harness::{Answer, Sandbox, SandboxOptions, Worker, WorkerOptions, workspace};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;

/// The secret that the Worker knows and tests sign with.
pub const WEBHOOK_SECRET: &str = "whsec_end_to_end";
/// A second account, for tests with two tenants.
pub const OTHER_ACCOUNT: &str = "acct_2Other";
/// Longer than anything takes that still happens.
const PATIENCE: Duration = Duration::from_secs(180);
/// Between two looks at another process.
const LOOK: Duration = Duration::from_millis(50);

/// What a test plays on.
pub struct Stage {
    pub sandbox: Sandbox,
    pub worker: Worker,
}

impl Stage {
    /// Starts both, with nothing configured. `name` is the folder of logs and state.
    pub async fn bare(name: &str) -> Result<Self> {
        Self::with(name, |options| options).await
    }

    /// The same with other options of the Worker.
    pub async fn with(name: &str, change: impl FnOnce(WorkerOptions) -> WorkerOptions) -> Result<Self> {
        let dir = workspace().fresh_dir(&format!("e2e/{name}"))?;
        let sandbox = Sandbox::start(&dir, SandboxOptions::default()).await?;
        let options =
            WorkerOptions::new(&dir).talking_to(&sandbox).webhook_secrets(&[WEBHOOK_SECRET]).test_build();
        let worker = Worker::start(change(options)).await?;
        Ok(Self { sandbox, worker })
    }

    /// Both, and the sandbox's account configured with one app for customers.
    pub async fn configured(name: &str) -> Result<Self> {
        let stage = Self::bare(name).await?;
        let app = stage.create_app("顧客管理").await?;
        stage.connect(Sandbox::ACCOUNT, app).await?;
        stage.create_endpoint().await?;
        Ok(stage)
    }

    /// An app for customers in the sandbox's kintone, with a token named after it.
    pub async fn create_app(&self, name: &str) -> Result<u64> {
        self.create_app_with(name, &properties()).await
    }

    /// An app with these fields, with a token named after it.
    pub async fn create_app_with(&self, name: &str, properties: &Value) -> Result<u64> {
        let made = self
            .sandbox
            .admin()?
            .json(
                Method::POST,
                "/_sandbox/kintone/apps",
                &json!({
                    "name": name,
                    "properties": properties,
                }),
            )
            .await?;
        let app = made["app"].as_str().and_then(|app| app.parse().ok());
        let app: u64 = app.with_context(|| format!("the sandbox named no app: {made}"))?;
        let token =
            json!({"token": token_of(app), "permissions": ["view", "add", "edit", "delete"], "active": true});
        self.sandbox
            .admin()?
            .json(Method::POST, &format!("/_sandbox/kintone/apps/{app}/tokens"), &token)
            .await?;
        Ok(app)
    }

    /// Secrets, connections and mapping of a tenant whose customers go to `app`.
    pub async fn connect(&self, account: &str, app: u64) -> Result<()> {
        self.put_secret(account, "stripe_key", "sk_test_sandbox").await?;
        self.put_secret(account, "kintone", &token_of(app)).await?;
        for (name, document) in
            [("connections", connections(self.sandbox.host(), app)), ("mapping", mapping())]
        {
            let answer = self.put_first(account, name, &document).await?;
            if answer.status != 200 {
                bail!("{name} was refused with {}: {}", answer.status, answer.text);
            }
        }
        Ok(())
    }

    /// Puts the first document of its name.
    pub async fn put_first(&self, account: &str, name: &str, document: &Value) -> Result<Answer> {
        let headers = [("if-none-match", "*"), ("content-type", "application/json")];
        let path = tenant_path(account, name);
        self.worker.admin()?.send(Method::PUT, &path, &headers, document.to_string()).await
    }

    /// Stores a secret.
    pub async fn put_secret(&self, account: &str, name: &str, value: &str) -> Result<()> {
        let path = tenant_path(account, &format!("secrets/{name}"));
        let answer = self.worker.admin()?.send(Method::PUT, &path, &[], value.to_owned()).await?;
        if !(200..300).contains(&answer.status) {
            bail!("the secret {name} was refused: {}", answer.text);
        }
        Ok(())
    }

    /// A webhook endpoint in the sandbox's Stripe that delivers to the Worker, signed with
    /// [`WEBHOOK_SECRET`].
    pub async fn create_endpoint(&self) -> Result<()> {
        let url = self.worker.webhook_url();
        let form = [
            ("url", url.as_str()),
            ("api_version", Sandbox::STRIPE_VERSION),
            ("enabled_events[0]", "customer.created"),
            ("enabled_events[1]", "customer.updated"),
            ("enabled_events[2]", "customer.deleted"),
        ];
        let endpoint = self.sandbox.stripe()?.form("/v1/webhook_endpoints", &form).await?;
        let id = endpoint["id"].as_str().context("the endpoint has no id")?;
        self.sandbox
            .admin()?
            .json(
                Method::PUT,
                &format!("/_sandbox/stripe/endpoints/{id}/secret"),
                &json!({"secret": WEBHOOK_SECRET}),
            )
            .await?;
        Ok(())
    }

    /// A customer in the sandbox's Stripe.
    pub async fn create_customer(&self, name: &str) -> Result<String> {
        let customer = self.sandbox.stripe()?.form("/v1/customers", &[("name", name)]).await?;
        Ok(customer["id"].as_str().context("the customer has no id")?.to_owned())
    }

    /// A fault in the sandbox.
    pub async fn fault(&self, plan: Value) -> Result<()> {
        self.sandbox.admin()?.json(Method::POST, "/_sandbox/faults", &plan).await.map(drop)
    }

    /// The records of an app, by the value of their key field.
    pub async fn records(&self, app: u64) -> Result<Vec<Value>> {
        let state = self.sandbox.admin()?.get("/_sandbox/state").await?;
        let records = &state["kintone"]["apps"][app.to_string()]["records"];
        Ok(records.as_array().cloned().unwrap_or_default())
    }

    /// The tenant's status.
    pub async fn status(&self, account: &str) -> Result<Value> {
        self.worker.admin()?.get(&tenant_path(account, "status")).await
    }

    /// Posts a body to the webhook route with a signature header, if there is one.
    pub async fn post(&self, body: &str, signature: Option<&str>) -> Result<Answer> {
        let mut headers = vec![("content-type", "application/json; charset=utf-8")];
        headers.extend(signature.map(|signature| ("stripe-signature", signature)));
        self.worker.client()?.send(Method::POST, "/webhooks/stripe", &headers, body.to_owned()).await
    }

    /// Posts a body with a good signature of now.
    pub async fn post_signed(&self, body: &str) -> Result<Answer> {
        self.post(body, Some(&signature(body, now(), WEBHOOK_SECRET))).await
    }

    /// Delivers an event as Stripe does: again until it is taken. A call that is under way while
    /// another one panics gets a 500, since both share one instance.
    pub async fn deliver(&self, body: &str) -> Result<()> {
        self.until("the delivery", async |stage| {
            let status = stage.post_signed(body).await?.status;
            Ok(if status == 200 { Ok(()) } else { Err(format!("answered with {status}")) })
        })
        .await
    }

    /// Looks until `seen` gives something; what was seen last stands in the error.
    pub async fn until<T>(
        &self,
        what: &str,
        mut seen: impl AsyncFnMut(&Self) -> Result<Result<T, String>>,
    ) -> Result<T> {
        let begun = Instant::now();
        loop {
            match seen(self).await? {
                Ok(found) => return Ok(found),
                Err(last) if begun.elapsed() > PATIENCE => {
                    bail!("{what} did not happen within {} s; seen last: {last}", PATIENCE.as_secs())
                }
                Err(_) => tokio::time::sleep(LOOK).await,
            }
        }
    }

    /// Waits until an app holds exactly these names for its customers.
    pub async fn until_names(&self, app: u64, wanted: &[&str]) -> Result<()> {
        let mut wanted: Vec<&str> = wanted.to_vec();
        wanted.sort_unstable();
        self.until("the records' arrival", async |stage| {
            let records = stage.records(app).await?;
            let mut names: Vec<&str> =
                records.iter().filter_map(|record| record["name"]["value"].as_str()).collect();
            names.sort_unstable();
            Ok(if names == wanted { Ok(()) } else { Err(format!("{names:?}")) })
        })
        .await
    }
}

/// `/admin/tenants/{account}/test/{rest}`
pub fn tenant_path(account: &str, rest: &str) -> String {
    format!("/admin/tenants/{account}/test/{rest}")
}

/// The token of an app's records.
pub fn token_of(app: u64) -> String {
    format!("endtoend0token0of0app{app}")
}

fn properties() -> Value {
    json!({
        "stripe_id": {"type": "SINGLE_LINE_TEXT", "code": "stripe_id", "label": "Stripe顧客ID",
            "required": true, "unique": true},
        "name": {"type": "SINGLE_LINE_TEXT", "code": "name", "label": "顧客名"},
    })
}

/// Customers into the app that the connections call 顧客管理.
pub fn mapping() -> Value {
    json!({"version": 1, "targets": {"customers": {
        "source": "customer", "app": "顧客管理", "key": {"field": "stripe_id"},
        "fields": [{"field": "name", "value": {"path": "name"}}]
    }}})
}

/// Connections with one app.
pub fn connections(domain: &str, app: u64) -> Value {
    json!({"stripe_key_ref": "stripe_key",
        "apps": {"顧客管理": {"domain": domain, "app": app, "token_refs": ["kintone"]}}})
}

/// Unix seconds.
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("the clock is after 1970");
    since.as_secs().try_into().expect("the clock is before the year 292 billion")
}

/// A `Stripe-Signature` as Stripe documents it, by no code of the Worker's.
pub fn signature(body: &str, time: i64, secret: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length will do");
    mac.update(format!("{time}.{body}").as_bytes());
    format!("t={time},v1={}", hex::encode(mac.finalize().into_bytes()))
}

/// A snapshot event of a new customer.
pub fn customer_event(number: u32, account: Option<&str>, metadata: &Value) -> String {
    let created = now();
    let mut event = json!({
        "id": format!("evt_endtoend{number}"), "object": "event", "api_version": Sandbox::STRIPE_VERSION,
        "created": created, "type": "customer.created", "livemode": false, "pending_webhooks": 1,
        "data": {"object": {"id": format!("cus_endtoend{number}"), "object": "customer", "created": created,
            "livemode": false, "name": format!("顧客 {number}"), "metadata": metadata, "test_clock": null}},
    });
    if let Some(account) = account {
        event["account"] = account.into();
    }
    event.to_string()
}
