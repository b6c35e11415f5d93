//! Calls to a Durable Object: HTTP in form, though never on a network that anyone else reaches.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, Request, RequestInit, Response};
use worker::Env;

/// The binding of tenants.
pub const TENANT: &str = "TENANT";
/// The binding of the directory.
pub const DIRECTORY: &str = "DIRECTORY";
/// The header that tells a tenant's object its name. Only the Worker calls objects, so it is trusted.
pub const TENANT_HEADER: &str = "x-daicho-tenant";
/// The header that says which admin token a call came with.
pub const BY_HEADER: &str = "x-daicho-by";

#[wasm_bindgen]
extern "C" {
    /// One object, by its stub.
    pub type Stub;

    #[wasm_bindgen(method, catch)]
    fn fetch(this: &Stub, request: &Request) -> Result<Promise, JsValue>;

    type Namespace;

    #[wasm_bindgen(method, catch, js_name = getByName)]
    fn get_by_name(this: &Namespace, name: &str) -> Result<Stub, JsValue>;
}

/// One call.
#[derive(Default)]
pub struct Call<'a> {
    /// `GET` where it is left empty.
    pub method: &'a str,
    /// From `/` on.
    pub path: &'a str,
    /// Name and value.
    pub headers: &'a [(&'a str, &'a str)],
    /// Handed on as it is, without another copy.
    pub body: Option<&'a Uint8Array>,
}

impl Stub {
    /// The object of this name.
    ///
    /// # Errors
    /// The binding is missing.
    pub fn get(env: &Env, binding: &str, name: &str) -> Result<Self, JsValue> {
        let namespace = js_sys::Reflect::get(env, &binding.into())?;
        namespace.unchecked_into::<Namespace>().get_by_name(name)
    }

    /// Calls the object.
    ///
    /// # Errors
    /// It could not be reached.
    pub async fn call(&self, call: Call<'_>) -> Result<Response, JsValue> {
        let init = RequestInit::new();
        if !call.method.is_empty() {
            init.set_method(call.method);
        }
        let headers = Headers::new()?;
        for (name, value) in call.headers {
            headers.append(name, value)?;
        }
        init.set_headers(&headers);
        if let Some(body) = call.body {
            init.set_body(body);
        }
        let request = Request::new_with_str_and_init(&format!("https://object{}", call.path), &init)?;
        JsFuture::from(self.fetch(&request)?).await?.dyn_into()
    }

    /// Posts JSON and returns the JSON of the answer.
    ///
    /// # Errors
    /// It could not be reached, or did not answer 200.
    pub async fn post(&self, path: &str, json: &str) -> Result<String, JsValue> {
        let body = Uint8Array::from(json.as_bytes());
        let response = self.call(Call { method: "POST", path, body: Some(&body), ..Call::default() }).await?;
        if response.status() != 200 {
            return Err(JsValue::from(response.status()));
        }
        JsFuture::from(response.text()?).await.map(|text| text.as_string().unwrap_or_default())
    }
}
