//! A mapping that uses most of what there is: a condition with a mark, deletions, a table, items as
//! records of their own, and a lookup between apps.

use anyhow::{Context, Result};
use daicho_harness::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use crate::stage::{Stage, WEBHOOK_SECRET, tenant_path, token_of};

const CUSTOMERS: u64 = 1;
const CONTRACTS: u64 = 2;
const INVOICES: u64 = 3;
const ITEMS: u64 = 4;

#[tokio::test]
async fn a_rich_mapping_lives_through_a_shops_day() -> Result<()> {
    let shop = Shop::open().await?;
    let (customer, trial) = (shop.customer("山田商店").await?, shop.customer("テスト太郎").await?);
    shop.until(CUSTOMERS, "氏名", &["山田商店"]).await?;

    let (contract, item) = shop.subscribe(&customer).await?;
    shop.until(CONTRACTS, "顧客名", &["山田商店"]).await?;
    shop.until(ITEMS, "数量", &["2"]).await?;
    assert_eq!(shop.values(ITEMS, "契約").await?, [contract.as_str()]);

    shop.a_persons_row_stays(&customer).await?;

    let second = shop
        .post(
            "/v1/subscription_items",
            &[("subscription", &contract), ("price", &shop.price), ("quantity", "5")],
        )
        .await?;
    shop.until(ITEMS, "数量", &["2", "5"]).await?;
    shop.stage.sandbox.stripe()?.delete(&format!("/v1/subscription_items/{item}")).await?;
    shop.until(ITEMS, "数量", &["5"]).await?;
    assert_eq!(shop.values(ITEMS, "項目ID").await?, [id(&second)?]);

    let rename = async |name: &str| shop.post(&format!("/v1/customers/{customer}"), &[("name", name)]).await;
    rename("テスト商店").await?;
    shop.until(CUSTOMERS, "区分", &["対象外"]).await?;
    rename("山田商会").await?;
    shop.until(CUSTOMERS, "区分", &[""]).await?;
    shop.until(CUSTOMERS, "氏名", &["山田商会"]).await?;

    for gone in [&trial, &customer] {
        shop.stage.sandbox.stripe()?.delete(&format!("/v1/customers/{gone}")).await?;
    }
    shop.until(CUSTOMERS, "氏名", &[]).await?;
    let status = shop.stage.status(Sandbox::ACCOUNT).await?;
    assert_eq!(status["failed"], 0, "{status:#}");
    let deletions = shop.stage.worker.admin()?.get(&tenant_path(Sandbox::ACCOUNT, "deletions")).await?;
    let today: Vec<&Value> = deletions["deletions"].as_array().into_iter().flatten().collect();
    assert!(today.iter().all(|target| target["held"] == false && target["today"] == 1), "{deletions:#}");
    Ok(())
}

struct Shop {
    stage: Stage,
    price: String,
}

impl Shop {
    async fn open() -> Result<Self> {
        let stage = Stage::bare("rich").await?;
        for (app, form) in (CUSTOMERS..).zip(forms()) {
            stage.create_app_with(form["name"].as_str().unwrap_or_default(), &form["properties"]).await?;
            stage.put_secret(Sandbox::ACCOUNT, &format!("kintone{app}"), &token_of(app)).await?;
        }
        stage.put_secret(Sandbox::ACCOUNT, "stripe_key", "sk_test_sandbox").await?;
        for (name, document) in [("connections", connections(stage.sandbox.host())), ("mapping", mapping())] {
            let answer = stage.put_first(Sandbox::ACCOUNT, name, &document).await?;
            assert_eq!(answer.status, 200, "{name}: {}", answer.text);
        }
        let mut shop = Self { stage, price: String::new() };
        shop.listen().await?;
        let product = id(&shop.post("/v1/products", &[("name", "台帳プラン")]).await?)?;
        let price = [
            ("product", product.as_str()),
            ("currency", "jpy"),
            ("unit_amount", "3300"),
            ("recurring[interval]", "month"),
        ];
        shop.price = id(&shop.post("/v1/prices", &price).await?)?;
        Ok(shop)
    }

    /// An endpoint for everything that happens.
    async fn listen(&self) -> Result<()> {
        let url = self.stage.worker.webhook_url();
        let form =
            [("url", url.as_str()), ("api_version", Sandbox::STRIPE_VERSION), ("enabled_events[0]", "*")];
        let endpoint = id(&self.post("/v1/webhook_endpoints", &form).await?)?;
        let path = format!("/_sandbox/stripe/endpoints/{endpoint}/secret");
        self.stage
            .sandbox
            .admin()?
            .json(Method::PUT, &path, &json!({"secret": WEBHOOK_SECRET}))
            .await
            .map(drop)
    }

    async fn post(&self, path: &str, form: &[(&str, &str)]) -> Result<Value> {
        self.stage.sandbox.stripe()?.form(path, form).await
    }

    async fn customer(&self, name: &str) -> Result<String> {
        id(&self.post("/v1/customers", &[("name", name)]).await?)
    }

    /// A subscription of two, paid by invoice; its id and its item's.
    async fn subscribe(&self, customer: &str) -> Result<(String, String)> {
        let form = [
            ("customer", customer),
            ("items[0][price]", &self.price),
            ("items[0][quantity]", "2"),
            ("collection_method", "send_invoice"),
            ("days_until_due", "30"),
        ];
        let made = self.post("/v1/subscriptions", &form).await?;
        Ok((id(&made)?, id(&made["items"]["data"][0])?))
    }

    /// A draft gets a line, a person adds a row in kintone, the draft gets another line.
    async fn a_persons_row_stays(&self, customer: &str) -> Result<()> {
        let form = [("customer", customer), ("collection_method", "send_invoice"), ("days_until_due", "30")];
        let invoice = id(&self.post("/v1/invoices", &form).await?)?;
        let add = async |what: &str| {
            let item = [
                ("customer", customer),
                ("invoice", &invoice),
                ("amount", "500"),
                ("currency", "jpy"),
                ("description", what),
            ];
            self.post("/v1/invoiceitems", &item).await
        };
        add("送料").await?;
        let (record, rows) = self.until_rows(&invoice, &["送料"]).await?;
        let table = json!([{"id": rows[0]["id"], "value": {"備考": {"value": "確認済み"}}},
            {"value": {"備考": {"value": "値引き"}}}]);
        let path = format!("/_sandbox/kintone/apps/{INVOICES}/records/{record}");
        let edit = json!({"record": {"明細": {"value": table}}});
        self.stage.sandbox.admin()?.json(Method::PUT, &path, &edit).await?;
        add("梱包").await?;
        let (_, after) = self.until_rows(&invoice, &["", "梱包", "送料"]).await?;
        let of = |what: &str| after.iter().find(|row| row["value"]["品名"]["value"] == what).cloned();
        let kept = of("送料").context("the first line's row")?;
        assert_eq!((&kept["id"], &kept["value"]["備考"]["value"]), (&rows[0]["id"], &json!("確認済み")));
        assert_eq!(of("").context("the person's row")?["value"]["備考"]["value"], "値引き");
        Ok(())
    }

    /// Waits until an invoice's table has rows of exactly these texts. Its record's id, and the rows.
    async fn until_rows(&self, invoice: &str, wanted: &[&str]) -> Result<(String, Vec<Value>)> {
        self.stage
            .until("the rows' arrival", async |stage| {
                let records = stage.records(INVOICES).await?;
                let record = records.iter().find(|record| record["請求ID"]["value"] == invoice);
                let rows = record.and_then(|record| record["明細"]["value"].as_array()).cloned();
                let rows = rows.unwrap_or_default();
                let mut texts: Vec<&str> =
                    rows.iter().filter_map(|row| row["value"]["品名"]["value"].as_str()).collect();
                texts.sort_unstable();
                let id = record.and_then(|record| record["$id"]["value"].as_str()).unwrap_or_default();
                let mut wanted = wanted.to_vec();
                wanted.sort_unstable();
                Ok(if texts == wanted { Ok((id.to_owned(), rows)) } else { Err(format!("{texts:?}")) })
            })
            .await
    }

    async fn values(&self, app: u64, code: &str) -> Result<Vec<String>> {
        let records = self.stage.records(app).await?;
        let value = |record: &Value| record[code]["value"].as_str().unwrap_or_default().to_owned();
        Ok(records.iter().map(value).collect())
    }

    /// Waits until a field of an app's records holds exactly these texts.
    async fn until(&self, app: u64, code: &str, wanted: &[&str]) -> Result<()> {
        self.stage
            .until(&format!("{wanted:?} in {code} of app {app}"), async |_| {
                let mut values = self.values(app, code).await?;
                values.sort_unstable();
                let status = &self.stage.status(Sandbox::ACCOUNT).await?;
                Ok(if values == wanted { Ok(()) } else { Err(format!("{values:?}; {status:#}")) })
            })
            .await
    }
}

fn id(object: &Value) -> Result<String> {
    Ok(object["id"].as_str().with_context(|| format!("no id: {object}"))?.to_owned())
}

/// The four apps.
fn forms() -> [Value; 4] {
    let field = |kind: &str, code: &str| json!({"type": kind, "code": code, "label": code});
    let key = |code: &str| {
        let mut key = field("SINGLE_LINE_TEXT", code);
        key["unique"] = json!(true);
        key
    };
    let text = |code: &str| field("SINGLE_LINE_TEXT", code);
    let mut lookup = text("顧客");
    lookup["lookup"] = json!({"relatedApp": {"app": CUSTOMERS.to_string(), "code": ""},
        "relatedKeyField": "顧客ID", "lookupPickerFields": [], "filterCond": "", "sort": "",
        "fieldMappings": [{"field": "顧客名", "relatedField": "氏名"}]});
    let mut table = field("SUBTABLE", "明細");
    table["fields"] = json!({"行ID": text("行ID"), "品名": text("品名"), "備考": text("備考")});
    let form = |name: &str, properties: Value| json!({"name": name, "properties": properties});
    [
        form("顧客管理", json!({"顧客ID": key("顧客ID"), "氏名": text("氏名"), "区分": text("区分")})),
        form("契約", json!({"契約ID": key("契約ID"), "顧客": lookup, "顧客名": text("顧客名")})),
        form("請求", json!({"請求ID": key("請求ID"), "状態": text("状態"), "明細": table})),
        form(
            "契約明細",
            json!({"項目ID": key("項目ID"), "契約": text("契約"), "数量": field("NUMBER", "数量")}),
        ),
    ]
}

fn mapping() -> Value {
    let path = |field: &str, path: &str| json!({"field": field, "value": {"path": path}});
    json!({"version": 1, "targets": {
        "customers": {"source": "customer", "app": "顧客管理", "key": {"field": "顧客ID"},
            "condition": {"name": [{"anything-but": {"prefix": "テスト"}}]},
            "on_leave": {"mark": {"field": "区分", "value": "対象外"}}, "on_delete": "delete",
            "fields": [path("氏名", "name")]},
        "contracts": {"source": "subscription", "app": "契約", "key": {"field": "契約ID"},
            "fields": [path("顧客", "customer")]},
        "invoices": {"source": "invoice", "app": "請求", "key": {"field": "請求ID"}, "fields": [
            path("状態", "status"),
            {"field": "明細", "value": {"rows": {"list": "lines.data", "key": {"field": "行ID"},
                "keep_others": true, "columns": [path("品名", "description")]}}}]},
        "items": {"source": "subscription_item", "app": "契約明細", "key": {"field": "項目ID"},
            "on_delete": "delete",
            "fields": [path("契約", "subscription"), path("数量", "quantity")]},
    }})
}

fn connections(domain: &str) -> Value {
    let app = |app: u64, tokens: &[u64]| {
        let tokens: Vec<String> = tokens.iter().map(|app| format!("kintone{app}")).collect();
        json!({"domain": domain, "app": app, "token_refs": tokens})
    };
    json!({"stripe_key_ref": "stripe_key", "apps": {
        "顧客管理": app(CUSTOMERS, &[CUSTOMERS]), "契約": app(CONTRACTS, &[CONTRACTS, CUSTOMERS]),
        "請求": app(INVOICES, &[INVOICES]), "契約明細": app(ITEMS, &[ITEMS])}})
}
