//! Connections: hyper itself rather than `axum::serve`, since only a hyper service can close a
//! connection without an answer.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tower::ServiceExt;

use super::shared::Shared;
use super::{admin, answer, page};
use crate::faults::Service;

/// Larger bodies are refused: no client of either service has reason to send one.
const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// How long requests under way may take once the sandbox is asked to stop.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);

/// The connection is to be closed without an answer.
#[derive(Debug, thiserror::Error)]
#[error("closed without an answer, as a fault ordered")]
pub(super) struct Closed;

/// Accepts connections until the sandbox stops.
pub(super) async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let router = Router::new().merge(page::routes()).merge(admin::routes()).with_state(shared.clone());
    let graceful = GracefulShutdown::new();
    loop {
        let stream = tokio::select! {
            () = shared.stopped() => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // The peer was gone before it was accepted; the next one may be there.
                Err(_) => continue,
            },
        };
        // Small answers must not wait for more; a lag is measured here.
        let _ = stream.set_nodelay(true);
        let (shared, router) = (shared.clone(), router.clone());
        let service = service_fn(move |request| serve(shared.clone(), router.clone(), request));
        let connection =
            http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
        // Fails if the peer leaves or a fault closes it: both are no concern of ours.
        tokio::spawn(graceful.watch(connection));
    }
    drop(listener);
    let _ = tokio::time::timeout(SHUTDOWN_GRACE, graceful.shutdown()).await;
}

async fn serve(
    shared: Arc<Shared>,
    router: Router,
    request: Request<Incoming>,
) -> Result<Response<Body>, Closed> {
    let Some(service) = service_of(request.uri().path()) else {
        let response = router.oneshot(request.map(Body::new)).await;
        return Ok(response.unwrap_or_else(|never: Infallible| match never {}));
    };
    let (parts, body) = request.into_parts();
    // One that says so beforehand is refused before it is read.
    if body.size_hint().lower() > BODY_LIMIT as u64 {
        return Ok(too_large());
    }
    let body = match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Ok(too_large()),
        // The peer broke off in the middle of its request.
        Err(_) => return Err(Closed),
    };
    let response = answer::answer(&shared, service, Request::from_parts(parts, body)).await?;
    Ok(response.map(Body::from))
}

fn service_of(path: &str) -> Option<Service> {
    let starts = |prefix: &str| path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('/'));
    if starts("/v1") || starts("/v2") {
        Some(Service::Stripe)
    } else if starts("/k") {
        Some(Service::Kintone)
    } else {
        None
    }
}

fn too_large() -> Response<Body> {
    let mut response = Response::new(Body::from("the body is larger than the sandbox takes"));
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_apart_by_their_first_segment() {
        assert_eq!(service_of("/v1/customers"), Some(Service::Stripe));
        assert_eq!(service_of("/v2/core/events/evt_1"), Some(Service::Stripe));
        assert_eq!(service_of("/k/guest/3/v1/records.json"), Some(Service::Kintone));
        assert_eq!(service_of("/kintone"), None);
        assert_eq!(service_of("/"), None);
    }
}
