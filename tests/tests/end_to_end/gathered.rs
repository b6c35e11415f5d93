//! A record that looks at what is not its object: each source object changes at Stripe, and the record
//! follows.

use anyhow::{Context, Result};
use daicho_core::stripe::event_list;
use daicho_harness::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, WEBHOOK_SECRET, connections, token_of};

const FIELDS: [&str; 7] = ["stripe_id", "customer", "product", "card", "mrr", "paid", "next"];

/// Seconds east of Greenwich, all the year: Arizona has no summer time.
const PHOENIX: i32 = -7 * 3_600;

#[tokio::test]
async fn a_subscriptions_record_follows_all_that_it_looks_at() -> Result<()> {
    let shop = Shop::open("gathered").await?;
    let product = shop.make("/v1/products", &[("name", "基本プラン")]).await?;
    let price = [
        ("product", product.as_str()),
        ("currency", "jpy"),
        ("unit_amount", "1000"),
        ("recurring[interval]", "month"),
    ];
    let price = shop.make("/v1/prices", &price).await?;
    let visa = "pm_card_visa";
    let customer =
        [("name", "山田商店"), ("payment_method", visa), ("invoice_settings[default_payment_method]", visa)];
    let customer = shop.make("/v1/customers", &customer).await?;
    let items = [("customer", customer.as_str()), ("items[0][price]", &price), ("items[0][quantity]", "2")];
    let subscription = shop.make("/v1/subscriptions", &items).await?;
    let expect = async |field: &str, value: &str| shop.until(&subscription, field, value).await;

    expect("customer", "山田商店").await?;
    for (field, value) in [("product", "基本プラン"), ("card", "4242"), ("mrr", "2000"), ("paid", "2000")]
    {
        expect(field, value).await?;
    }
    let path = format!("/v1/subscriptions/{subscription}");
    let shown = shop.stage.sandbox.stripe()?.get(&path).await?;
    let ends = shown["items"]["data"][0]["current_period_end"].as_i64().context("a period")?;
    expect("next", &daicho_core::instant::date_text(ends, PHOENIX).context("a date")?).await?;

    let named = [("name", "標準プラン")];
    shop.make(&format!("/v1/products/{product}"), &named).await?;
    expect("product", "標準プラン").await?;
    shop.make(&format!("/v1/customers/{customer}"), &[("name", "山田商会")]).await?;
    expect("customer", "山田商会").await?;
    let card = shop
        .make("/v1/payment_methods/pm_card_mastercard/attach", &[("customer", customer.as_str())])
        .await?;
    let chosen = [("invoice_settings[default_payment_method]", card.as_str())];
    shop.make(&format!("/v1/customers/{customer}"), &chosen).await?;
    expect("card", "4444").await?;
    let coupon = [("percent_off", "25"), ("duration", "forever")];
    let coupon = shop.make("/v1/coupons", &coupon).await?;
    shop.make(&path, &[("discounts[0][coupon]", coupon.as_str())]).await?;
    expect("mrr", "1500").await?;
    let charges = format!("/v1/charges?customer={customer}");
    let charge = shop.stage.sandbox.stripe()?.get(&charges).await?["data"][0]["id"].clone();
    let refund = [("charge", charge.as_str().context("a charge")?), ("amount", "300")];
    shop.make("/v1/refunds", &refund).await?;
    expect("paid", "1700").await?;
    shop.make(&path, &[("cancel_at_period_end", "true")]).await?;
    expect("next", "").await?;

    let status = shop.stage.status(Sandbox::ACCOUNT).await?;
    assert_eq!(status["failed"], 0, "{status:#}");
    Ok(())
}

/// A sandbox and a Worker with one app of subscriptions.
struct Shop {
    stage: Stage,
    app: u64,
}

impl Shop {
    async fn open(name: &str) -> Result<Self> {
        let stage = Stage::bare(name).await?;
        let app = create_app(&stage).await?;
        stage.put_secret(Sandbox::ACCOUNT, "stripe_key", "sk_test_sandbox").await?;
        stage.put_secret(Sandbox::ACCOUNT, "kintone", &token_of(app)).await?;
        let connections = connections(stage.sandbox.host(), app);
        for (name, document) in [("connections", connections), ("mapping", mapping())] {
            let answer = stage.put_first(Sandbox::ACCOUNT, name, &document).await?;
            assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        }
        listen(&stage).await?;
        Ok(Self { stage, app })
    }

    /// A call that makes or changes an object; answers its id.
    async fn make(&self, path: &str, fields: &[(&str, &str)]) -> Result<String> {
        let made = self.stage.sandbox.stripe()?.form(path, fields).await?;
        Ok(made["id"].as_str().with_context(|| format!("{path}: {made}"))?.to_owned())
    }

    /// Waits until a field of an object's record holds this.
    async fn until(&self, object: &str, field: &str, value: &str) -> Result<()> {
        self.stage
            .until(&format!("{field} = {value}"), async |stage| {
                let records = stage.records(self.app).await?;
                let record = records.iter().find(|record| record["stripe_id"]["value"] == object);
                // An empty DATE is null, an empty text is not.
                let seen = record.map(|record| record[field]["value"].as_str().unwrap_or_default());
                Ok(if seen == Some(value) { Ok(()) } else { Err(format!("{seen:?}")) })
            })
            .await
    }
}

async fn create_app(stage: &Stage) -> Result<u64> {
    let field = |code: &str| {
        let kind = if code == "next" { "DATE" } else { "SINGLE_LINE_TEXT" };
        json!({"type": kind, "code": code, "label": code, "unique": code == "stripe_id"})
    };
    let properties: Value = FIELDS.iter().map(|code| ((*code).to_owned(), field(code))).collect();
    let admin = stage.sandbox.admin()?;
    let new = json!({"name": "契約管理", "properties": properties});
    let made = admin.json(Method::POST, "/_sandbox/kintone/apps", &new).await?;
    let app: u64 = made["app"].as_str().context("an app")?.parse()?;
    let token = json!({"token": token_of(app), "permissions": ["view", "add", "edit"], "active": true});
    admin.json(Method::POST, &format!("/_sandbox/kintone/apps/{app}/tokens"), &token).await?;
    Ok(app)
}

/// An endpoint that gets every event that we ask Stripe for, and no other.
async fn listen(stage: &Stage) -> Result<()> {
    let url = stage.worker.webhook_url();
    let events: Vec<String> =
        (0..event_list::all().len()).map(|index| format!("enabled_events[{index}]")).collect();
    let mut form = vec![("url", url.as_str()), ("api_version", Sandbox::STRIPE_VERSION)];
    form.extend(events.iter().zip(event_list::all()).map(|(name, event)| (name.as_str(), event.name)));
    let endpoint = stage.sandbox.stripe()?.form("/v1/webhook_endpoints", &form).await?;
    let id = endpoint["id"].as_str().context("an endpoint")?;
    let secret = json!({"secret": WEBHOOK_SECRET});
    let path = format!("/_sandbox/stripe/endpoints/{id}/secret");
    stage.sandbox.admin()?.json(Method::PUT, &path, &secret).await.map(drop)
}

fn mapping() -> Value {
    let card =
        ["default_payment_method.card.last4", "customer.invoice_settings.default_payment_method.card.last4"];
    json!({"version": 1, "targets": {"contracts": {
        "source": "subscription", "app": "顧客管理", "key": {"field": "stripe_id"},
        "fields": [
            {"field": "customer", "value": {"path": "customer.name"}},
            {"field": "product", "value": {"path": "items.data[0].price.product.name"}},
            {"field": "card", "value": {"first": card}},
            {"field": "mrr", "value": {"ledger": {"monthly_recurring_revenue": {"currency": "jpy"}}}},
            {"field": "paid", "value": {"ledger": {"lifetime_paid": {"currency": "jpy"}}}},
            {"field": "next", "value": {"ledger": {"next_billing_date": {}}},
                "transform": [{"date": {"zone": "America/Phoenix"}}]},
        ],
    }}})
}
