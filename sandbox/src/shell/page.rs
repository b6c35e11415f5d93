//! The page that shows both sides, and the stream that feeds it.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream::{Stream, unfold};
use http::{HeaderName, StatusCode, header};
use tokio::sync::watch;

use super::shared::Shared;
use super::view::{Position, view};

/// Nothing but the page's own files, so that made-up data can never act as code.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Changes that come within this time are told together.
const GATHER: Duration = Duration::from_millis(60);

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The page's files: name, content type, content.
const FILES: [(&str, &str, &str); 8] = [
    ("index.html", HTML, include_str!("../../page/index.html")),
    ("page.css", "text/css; charset=utf-8", include_str!("../../page/page.css")),
    ("icon.svg", "image/svg+xml", include_str!("../../page/icon.svg")),
    ("main.js", SCRIPT, include_str!("../../page/main.js")),
    ("store.js", SCRIPT, include_str!("../../page/store.js")),
    ("rows.js", SCRIPT, include_str!("../../page/rows.js")),
    ("present.js", SCRIPT, include_str!("../../page/present.js")),
    ("format.js", SCRIPT, include_str!("../../page/format.js")),
];

pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(|| async { file("index.html") }))
        .route("/page/{name}", get(|Path(name): Path<String>| async move { file(&name) }))
        .route("/_sandbox/stream", get(stream))
}

fn file(name: &str) -> Response {
    let Some((_, content_type, content)) = FILES.iter().find(|(known, ..)| *known == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, *content_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        // A newer sandbox on the same port must not be shown with an older one's script.
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, *content).into_response()
}

async fn stream(State(shared): State<Arc<Shared>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watcher = Watcher { changes: shared.changes(), shared, position: None };
    Sse::new(unfold(watcher, |mut watcher| async move {
        let event = watcher.next().await?;
        Some((Ok(event), watcher))
    }))
    .keep_alive(KeepAlive::default())
}

struct Watcher {
    shared: Arc<Shared>,
    changes: watch::Receiver<u64>,
    position: Option<Position>,
}

impl Watcher {
    /// The next message, once there is something to tell; none when the sandbox stops.
    async fn next(&mut self) -> Option<Event> {
        if self.position.is_some() {
            tokio::select! {
                () = self.shared.stopped() => return None,
                changed = self.changes.changed() => changed.ok()?,
            }
            tokio::time::sleep(GATHER).await;
            self.changes.mark_unchanged();
        }
        let (view, position) = view(&self.shared, self.position);
        self.position = Some(position);
        Event::default().json_data(view).ok()
    }
}
