//! Answering a request to one of the two services: the fault it meets, the machine, the log.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode};

use super::concurrency::{LIMIT, Running};
use super::connection::Closed;
use super::requests::Pending;
use super::shared::Shared;
use crate::faults::{Action, Answer, Met, Service, concurrency_exceeded};
use crate::{Request, Response};

/// Answers, or fails to as a fault orders. The request is logged either way.
pub(super) async fn answer(
    shared: &Arc<Shared>,
    service: Service,
    request: Request,
) -> Result<Response, Closed> {
    let pending = Pending::new(shared.clock.now(), service, &request);
    let running = (service == Service::Kintone).then(|| shared.kintone_running.enter());
    let met = shared.faults().decide(service, &request);
    let fault = met.as_ref().map(|met| (met.id, met.action.name()));
    let mut result = match met {
        None => Ok(refuse_or_handle(shared, service, &request, running.as_ref())),
        Some(met) => carry_out(shared, service, request, met, running.as_ref()).await,
    };
    if let (Ok(response), Some(running)) = (&mut result, &running) {
        show_concurrency(response, running);
    }
    drop(running);
    let status = result.as_ref().ok().map(Response::status);
    shared.requests().push(pending.answered(status.map(|status| status.as_u16()), fault));
    shared.note_change();
    result
}

async fn carry_out(
    shared: &Arc<Shared>,
    service: Service,
    request: Request,
    met: Met,
    running: Option<&Running>,
) -> Result<Response, Closed> {
    match met.action {
        Action::Respond(answer) => Ok(given(&answer)),
        Action::DelayMs(ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Ok(refuse_or_handle(shared, service, &request, running))
        }
        Action::ResetBefore => Err(Closed),
        Action::ResetAfter => {
            shared.handle(service, &request);
            Err(Closed)
        }
        Action::LandLateMs(ms) => {
            let landing =
                Landing { shared: shared.clone(), service, request, generation: shared.generation() };
            tokio::spawn(landing.after(ms));
            Err(Closed)
        }
        Action::HangMs(ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Err(Closed)
        }
    }
}

/// A write that lands after its connection is gone, so in a task of its own.
struct Landing {
    shared: Arc<Shared>,
    service: Service,
    request: Request,
    /// When it was sent: a reset in between forgets it.
    generation: u64,
}

impl Landing {
    async fn after(self, ms: u64) {
        tokio::select! {
            () = self.shared.stopped() => {}
            () = tokio::time::sleep(Duration::from_millis(ms)) => {
                if self.shared.generation() == self.generation {
                    self.shared.handle(self.service, &self.request);
                }
            }
        }
    }
}

fn refuse_or_handle(
    shared: &Shared,
    service: Service,
    request: &Request,
    running: Option<&Running>,
) -> Response {
    match running {
        Some(running) if running.exceeds() => given(&concurrency_exceeded(running.count)),
        _ => shared.handle(service, request),
    }
}

fn given(answer: &Answer) -> Response {
    // It was checked when it was ordered; a 500 stands for one that was built in code and is wrong.
    answer.response().unwrap_or_else(|_| {
        let mut response = Response::default();
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        response
    })
}

/// kintone sends these with every answer, a success too.
fn show_concurrency(response: &mut Response, running: &Running) {
    for (name, value) in [
        (HeaderName::from_static("x-concurrencylimit-limit"), LIMIT),
        (HeaderName::from_static("x-concurrencylimit-running"), running.count),
    ] {
        response.headers_mut().entry(name).or_insert_with(|| HeaderValue::from(value));
    }
}
