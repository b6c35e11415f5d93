//! Posting webhooks: Stripe's machine says what is due and when, this posts it and reports back.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::shared::Shared;
use crate::Millis;
use crate::stripe::Delivery;

/// How long an endpoint may take to answer; Stripe's own limit is not documented to the second.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// Deliveries under way at the same time.
const AT_ONCE: usize = 16;
/// With nothing scheduled only a notice wakes the loop; this bounds a notice that was missed.
const LONGEST_SLEEP: Duration = Duration::from_secs(3_600);

/// Delivers until the sandbox stops; deliveries under way are then broken off.
pub(super) async fn run(shared: Arc<Shared>) {
    // A proxy of the environment has no part in a conversation on one machine. Stripe does not
    // follow redirects: a 3xx is a failure.
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .timeout(ANSWER_WITHIN)
        .build()
        .unwrap_or_default();
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut under_way = JoinSet::new();
    loop {
        let (generation, due, next) = shared.take_due(|stripe, now| {
            let due = stripe.due(now);
            (shared.generation(), due, stripe.next_due().map(|at| at - now))
        });
        for delivery in due {
            let (shared, client, permits) = (shared.clone(), client.clone(), permits.clone());
            under_way.spawn(async move {
                // Never closed, so this waits and does not fail.
                let _permit = permits.acquire().await;
                let status = post(&client, &delivery).await;
                settle(&shared, generation, &delivery, status);
            });
        }
        tokio::select! {
            () = shared.stopped() => break,
            () = shared.deliveries_due.notified() => {}
            () = tokio::time::sleep(pause(next)) => {}
            Some(_) = under_way.join_next() => {}
        }
    }
}

fn pause(next: Option<Millis>) -> Duration {
    let until = next.map(|ms| Duration::from_millis(u64::try_from(ms).unwrap_or(0)));
    until.map_or(LONGEST_SLEEP, |until| until.min(LONGEST_SLEEP))
}

async fn post(client: &reqwest::Client, delivery: &Delivery) -> Option<u16> {
    let mut request = client.post(&delivery.url).body(delivery.body.clone());
    for (name, value) in &delivery.headers {
        request = request.header(name, value);
    }
    request.send().await.ok().map(|response| response.status().as_u16())
}

fn settle(shared: &Shared, generation: u64, delivery: &Delivery, status: Option<u16>) {
    shared.with_stripe(|stripe, now| {
        // After a reset the same number may belong to another delivery.
        if shared.generation() == generation {
            stripe.settle(now, delivery.id, status);
        }
    });
}
