//! The shell on real sockets.

mod deliveries;
mod faults;
mod limits;
mod page;

use std::time::Duration;

use serde_json::{Value, json};

use super::{Options, Server};
use crate::faults::Plan;

/// A sandbox on a port of its own, and a client of it.
struct Sandbox {
    server: Server,
    client: reqwest::Client,
}

impl Sandbox {
    async fn start() -> Self {
        let server = Server::start(Options { port: 0, seed: 7 }).await.unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { server, client }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    async fn get_json(&self, path: &str) -> Value {
        self.client.get(self.url(path)).send().await.unwrap().json().await.unwrap()
    }

    async fn post_json(&self, path: &str, body: &Value) -> reqwest::Response {
        self.client.post(self.url(path)).json(body).send().await.unwrap()
    }

    /// Asks Stripe for a customer, as a client would.
    async fn create_customer(&self) -> reqwest::Result<reqwest::Response> {
        let request = self.client.post(self.url("/v1/customers"));
        let request = request.bearer_auth("sk_test_sandbox");
        let form = ("content-type", "application/x-www-form-urlencoded");
        request.header(form.0, form.1).body("email=aoi%40example.com").send().await
    }

    fn customers(&self) -> usize {
        self.server
            .shared
            .read_stripe(|stripe| stripe.history().iter().filter(|change| change.kind == "customer").count())
    }

    fn fault(&self, action: &Value) {
        let plan = json!({"service": "stripe", "path": "/v1/customers", "action": action});
        self.server.add_fault(serde_json::from_value::<Plan>(plan).unwrap());
    }

    /// Returns once `reached` holds; asked anew after each change.
    async fn until(&self, reached: impl Fn(&Self) -> bool) {
        let mut changes = self.server.changes();
        while !reached(self) {
            soon(changes.changed()).await.unwrap();
        }
    }
}

/// What comes, or a failed test instead of one that hangs: the limit is far beyond what it takes.
async fn soon<T>(coming: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), coming).await.expect("nothing came")
}
