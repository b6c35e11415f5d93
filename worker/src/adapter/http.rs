//! The `Http` port on the runtime's `fetch`.

use std::cell::Cell;

use bytes::Bytes;
use daicho_engine::port::{Http, Lost, Service};
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, Request, RequestInit, RequestRedirect, Response};

/// How long an answer may take, its body included, in milliseconds: the port's 30 s.
const TIMEOUT_MS: u32 = 30_000;

/// Where Stripe's API is.
pub const STRIPE_API: &str = "https://api.stripe.com";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = fetch)]
    fn global_fetch(request: &Request) -> Result<Promise, JsValue>;

    /// An mTLS binding: a `fetch` that presents a client certificate.
    #[derive(Clone)]
    pub type Certificate;

    #[wasm_bindgen(method, catch, js_name = fetch)]
    fn fetch(this: &Certificate, request: &Request) -> Result<Promise, JsValue>;
}

/// The runtime's HTTP client.
pub struct FetchHttp {
    stripe_base: String,
    certificate: Option<Certificate>,
    sent: Cell<u64>,
}

impl FetchHttp {
    /// `stripe_base` is [`STRIPE_API`] except in development; `certificate` is what kintone's hosts
    /// with client-certificate access (`example.s.cybozu.com`) are reached through.
    #[must_use]
    pub fn new(stripe_base: String, certificate: Option<Certificate>) -> Self {
        Self { stripe_base, certificate, sent: Cell::new(0) }
    }

    async fn answer(
        &self,
        service: Service,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, JsValue> {
        let certificate = match service {
            Service::Kintone if request.uri().host().is_some_and(wants_certificate) => {
                self.certificate.as_ref()
            }
            _ => None,
        };
        let url = match service {
            Service::Stripe => format!("{}{}", self.stripe_base, request.uri()),
            Service::Kintone => request.uri().to_string(),
        };
        let outgoing = outgoing(&url, request)?;
        let promise = match certificate {
            Some(certificate) => certificate.fetch(&outgoing)?,
            None => global_fetch(&outgoing)?,
        };
        let response: Response = JsFuture::from(promise).await?.dyn_into()?;
        let body = JsFuture::from(response.array_buffer()?).await?;
        incoming(&response, Uint8Array::new(&body).to_vec())
    }
}

impl Http for FetchHttp {
    async fn send(
        &self,
        service: Service,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Lost> {
        self.sent.update(|sent| sent + 1);
        // What is thrown names hosts and causes; the engine classifies a lost request by itself.
        self.answer(service, request).await.map_err(|_| Lost)
    }

    fn sent(&self) -> u64 {
        self.sent.get()
    }
}

/// Whether kintone asks for a client certificate at this host.
fn wants_certificate(host: &str) -> bool {
    host.split('.').nth(1) == Some("s")
}

fn outgoing(url: &str, request: http::Request<Bytes>) -> Result<Request, JsValue> {
    let (head, body) = request.into_parts();
    let headers = Headers::new()?;
    for (name, value) in &head.headers {
        headers.append(name.as_str(), value.to_str().map_err(|_| JsValue::NULL)?)?;
    }
    let init = RequestInit::new();
    init.set_method(head.method.as_str());
    init.set_headers(&headers);
    // A redirect would carry tokens to a host that nobody configured.
    init.set_redirect(RequestRedirect::Manual);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIMEOUT_MS)));
    if !body.is_empty() {
        init.set_body(&Uint8Array::from(body.as_ref()));
    }
    Request::new_with_str_and_init(url, &init)
}

fn incoming(response: &Response, body: Vec<u8>) -> Result<http::Response<Bytes>, JsValue> {
    let mut answer = http::Response::new(Bytes::from(body));
    *answer.status_mut() = http::StatusCode::from_u16(response.status()).map_err(|_| JsValue::NULL)?;
    for entry in response.headers().entries() {
        let entry: Array = entry?.dyn_into()?;
        let (Some(name), Some(value)) = (entry.get(0).as_string(), entry.get(1).as_string()) else {
            continue;
        };
        // A header that HTTP does not allow is none that the engine reads.
        if let (Ok(name), Ok(value)) = (name.parse::<http::HeaderName>(), http::HeaderValue::from_str(&value))
        {
            answer.headers_mut().append(name, value);
        }
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::wants_certificate;

    #[test]
    fn only_hosts_with_s_as_their_second_label_want_a_certificate() {
        assert!(wants_certificate("example.s.cybozu.com"));
        assert!(wants_certificate("example.s.kintone.com"));
        assert!(!wants_certificate("example.cybozu.com"));
        assert!(!wants_certificate("s.cybozu.com"));
    }
}
