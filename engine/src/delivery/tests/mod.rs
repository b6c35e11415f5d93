//! Delivery against the sandbox's kintone, and against answers that go wrong.

mod deletions;
mod departures;
mod elements;
mod faults;
mod flow;
mod isolation;
mod letters;
mod limits;
mod order;
mod people;
mod poison;
mod policies;
mod single;
mod tables;
