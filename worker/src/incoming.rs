//! A request as it comes in, read once and no further than it is allowed to go.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, Request};

use crate::reply::Reply;

/// A request.
pub struct Incoming {
    request: Request,
    method: String,
    url: String,
}

/// A body that could not be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// It is longer than allowed; the rest was not read.
    TooLarge {
        /// What is allowed, in bytes.
        limit: usize,
    },
    /// The client went away.
    Broken,
}

impl BodyError {
    /// A stable word for machines.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "body_too_large",
            Self::Broken => "body_broken",
        }
    }
}

impl From<BodyError> for Reply {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge { limit } => {
                Self::problem(413, error.reason(), format!("The body is longer than {limit} bytes."))
            }
            BodyError::Broken => Self::problem(400, error.reason(), "The body ended early; send it again."),
        }
    }
}

impl Incoming {
    /// Takes a request of the runtime.
    #[must_use]
    pub fn new(request: Request) -> Self {
        Self { method: request.method(), url: request.url(), request }
    }

    /// `GET`, `POST`, …
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path as sent, without the query.
    #[must_use]
    pub fn path(&self) -> &str {
        path_of(&self.url)
    }

    /// The path as sent, with the query.
    #[must_use]
    pub fn path_and_query(&self) -> &str {
        after_host(&self.url).split('#').next().unwrap_or("/")
    }

    /// A parameter of the query, as sent.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        let (_, query) = self.path_and_query().split_once('?')?;
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }

    /// A header; several of one name come joined by commas.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        self.request.headers().get(name).ok().flatten()
    }

    /// The whole body, if it is at most `limit` bytes long. It can be read once.
    ///
    /// # Errors
    /// [`BodyError::TooLarge`] by the announced length, or while reading where none is announced.
    pub async fn body(&self, limit: usize) -> Result<Uint8Array, BodyError> {
        let announced = self.header("content-length").and_then(|length| length.parse::<usize>().ok());
        match announced {
            Some(length) if length > limit => Err(BodyError::TooLarge { limit }),
            // HTTP holds the body to the length it announced.
            Some(_) => self.whole().await.map_err(|_| BodyError::Broken),
            None => self.in_chunks(limit).await,
        }
    }

    async fn whole(&self) -> Result<Uint8Array, JsValue> {
        JsFuture::from(self.request.array_buffer()?).await.map(|buffer| Uint8Array::new(&buffer))
    }

    async fn in_chunks(&self, limit: usize) -> Result<Uint8Array, BodyError> {
        let Some(stream) = self.request.body() else { return Ok(Uint8Array::new_with_length(0)) };
        let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
        let mut read = Vec::new();
        while let Some(chunk) = next_chunk(&reader).await.map_err(|_| BodyError::Broken)? {
            if read.len() + chunk.len() > limit {
                // Not awaited: nobody needs to know when the client stops.
                drop(reader.cancel());
                return Err(BodyError::TooLarge { limit });
            }
            read.extend_from_slice(&chunk);
        }
        Ok(Uint8Array::from(read.as_slice()))
    }
}

async fn next_chunk(reader: &ReadableStreamDefaultReader) -> Result<Option<Vec<u8>>, JsValue> {
    let result = JsFuture::from(reader.read()).await?;
    if Reflect::get(&result, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    let chunk: Uint8Array = Reflect::get(&result, &"value".into())?.dyn_into()?;
    Ok(Some(chunk.to_vec()))
}

fn after_host(url: &str) -> &str {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    after_scheme.find('/').map_or("/", |slash| &after_scheme[slash..])
}

fn path_of(url: &str) -> &str {
    after_host(url).split(['?', '#']).next().unwrap_or("/")
}

#[cfg(test)]
mod tests {
    use super::path_of;

    #[test]
    fn a_path_stands_without_host_query_and_fragment() {
        assert_eq!(path_of("https://daicho.example.com/healthz?x=1#y"), "/healthz");
        assert_eq!(path_of("http://127.0.0.1:8787"), "/");
        assert_eq!(
            path_of("https://h/admin/tenants/acct_1/test/mapping"),
            "/admin/tenants/acct_1/test/mapping"
        );
    }
}
