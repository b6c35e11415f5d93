//! Sending a request to one app and reading what comes back.

use bytes::Bytes;
use daicho_core::kintone::{AppAddress, FormSchema};
use http::Request;
use serde_json::{Value, json};

use super::answer::{Answer, Failure};
use super::breaker::{self, Effect};
use super::records::{self, Deletion, FoundRecord, Saved, Write};
use super::request::Parameters;
use super::{Access, count, request};
use crate::port::{Service, SqlError, World};

/// Asks one app, with its credentials, and counts each request.
pub struct Client<'w, W> {
    world: &'w W,
    access: Access,
    address: AppAddress,
}

impl<'w, W: World> Client<'w, W> {
    /// A client for the app of `access`.
    #[must_use]
    pub fn new(world: &'w W, access: Access) -> Self {
        let address = access.address();
        Self { world, access, address }
    }

    /// The app's place in the world.
    #[must_use]
    pub fn address(&self) -> &AppAddress {
        &self.address
    }

    /// The app's form: `GET app/form/fields.json`.
    ///
    /// # Errors
    /// See [`Failure`]; the inner error is the database's.
    pub async fn form(&self) -> Result<Answer<FormSchema>, SqlError> {
        let body = self.get("app/form/fields.json", &vec![("app", json!(self.access.app.0))]).await?;
        Ok(body.and_then(|body| FormSchema::parse(&body).map_err(|_| Failure::unreadable())))
    }

    /// The app's settings as kintone gives them: `GET app/settings.json`.
    ///
    /// # Errors
    /// As [`Client::form`].
    pub async fn settings(&self) -> Result<Answer<String>, SqlError> {
        let body = self.get("app/settings.json", &vec![("app", json!(self.access.app.0))]).await?;
        Ok(body.and_then(|body| String::from_utf8(body.to_vec()).map_err(|_| Failure::unreadable())))
    }

    /// The app's name: `GET app.json`.
    ///
    /// # Errors
    /// As [`Client::form`].
    pub async fn app_name(&self) -> Result<Answer<String>, SqlError> {
        let answer = self.get_json("app.json", &vec![("id", json!(self.access.app.0))]).await?;
        Ok(answer.and_then(|answer| {
            let name = answer.get("name").and_then(Value::as_str);
            name.map(str::to_owned).ok_or_else(Failure::unreadable)
        }))
    }

    /// How many records the app has.
    ///
    /// # Errors
    /// As [`Client::form`].
    pub async fn count_records(&self) -> Result<Answer<i64>, SqlError> {
        let mut parameters = request::records(&self.access, "limit 1", &["$id"]);
        parameters.push(("totalCount", json!(true)));
        let answer = self.get_json("records.json", &parameters).await?;
        Ok(answer.and_then(|answer| {
            let count = answer.get("totalCount").and_then(Value::as_str).and_then(|count| count.parse().ok());
            count.ok_or_else(Failure::unreadable)
        }))
    }

    /// The records that a query finds, with `$id`, `$revision` and `fields`; at most 500.
    ///
    /// # Errors
    /// As [`Client::form`].
    pub async fn find(&self, query: &str, fields: &[&str]) -> Result<Answer<Vec<FoundRecord>>, SqlError> {
        let all: Vec<&str> = ["$id", "$revision"].into_iter().chain(fields.iter().copied()).collect();
        let answer = self.get_json("records.json", &request::records(&self.access, query, &all)).await?;
        Ok(answer.and_then(|answer| FoundRecord::all(&answer).ok_or_else(Failure::unreadable)))
    }

    /// Writes up to 100 records in one request, all or none. The two kinds of [`Write`] never share
    /// one. Answers in the order of `writes`.
    ///
    /// # Errors
    /// As [`Client::form`].
    pub async fn write(&self, writes: &[Write<'_>]) -> Result<Answer<Vec<Saved>>, SqlError> {
        let body = records::body(self.access.app, writes);
        let request = request::put(&self.access, "records.json", &body).map_err(unbuildable)?;
        let answer = self.send(Effect::Write, request).await?;
        Ok(answer.and_then(|body| Saved::all(&body, writes.len()).ok_or_else(Failure::unreadable)))
    }

    /// Writes one record by itself, which webhooks and customisations see: `POST record.json` for one that
    /// was looked for by its key and is not there, else `PUT record.json`.
    ///
    /// # Errors
    /// As [`Client::form`].
    pub async fn write_single(&self, write: Write<'_>) -> Result<Answer<Saved>, SqlError> {
        let body = records::single(self.access.app, write);
        let request = match write {
            Write::ById { .. } => request::put(&self.access, "record.json", &body),
            Write::ByKey { .. } => request::post(&self.access, "record.json", &body),
        };
        let answer = self.send(Effect::Write, request.map_err(unbuildable)?).await?;
        Ok(answer.and_then(|body| Saved::single(&body, write).ok_or_else(Failure::unreadable)))
    }

    /// Deletes up to 100 records in one request, all or none: `DELETE records.json`.
    ///
    /// # Errors
    /// As [`Client::form`].
    pub async fn delete(&self, deletions: &[Deletion<'_>]) -> Result<Answer<()>, SqlError> {
        let parameters = request::deletions(&self.access, deletions);
        let request = request::delete(&self.access, "records.json", &parameters).map_err(unbuildable)?;
        Ok(self.send(Effect::Write, request).await?.map(drop))
    }

    async fn get_json(&self, path: &str, parameters: &Parameters) -> Result<Answer<Value>, SqlError> {
        let body = self.get(path, parameters).await?;
        Ok(body.and_then(|body| serde_json::from_slice(&body).map_err(|_| Failure::unreadable())))
    }

    async fn get(&self, path: &str, parameters: &Parameters) -> Result<Answer<Bytes>, SqlError> {
        let request = request::get(&self.access, path, parameters).map_err(unbuildable)?;
        self.send(Effect::Read, request).await
    }

    async fn send(&self, effect: Effect, request: Request<Bytes>) -> Result<Answer<Bytes>, SqlError> {
        let now = self.world.now();
        self.world.transaction(|tx| count::add(tx, &self.address, now))?;
        let answer = match self.world.send(Service::Kintone, request).await {
            Err(_lost) => Err(Failure::lost()),
            Ok(response) if response.status() == http::StatusCode::OK => Ok(response.into_body()),
            Ok(response) => Err(Failure::of(&response)),
        };
        let domain = &self.address.domain;
        self.world.transaction(|tx| match &answer {
            Err(failure) if failure.meets_the_domain() => {
                breaker::failed(tx, self.world, domain, effect, failure)
            }
            _ => breaker::answered(tx, domain, effect, self.world.now()),
        })?;
        Ok(answer)
    }
}

/// Hosts are checked and secrets are printable, so a request can always be built.
fn unbuildable(_: http::Error) -> SqlError {
    SqlError::new("a request to kintone could not be built from what is stored")
}
