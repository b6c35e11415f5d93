//! What is going on, on standard error: moving lines on a terminal, plain lines elsewhere.

use std::io::{IsTerminal, Write};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

/// Without a terminal a step that still runs says so this often.
const STILL: Duration = Duration::from_secs(30);

static BARS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Whether lines may move.
fn is_live() -> bool {
    let ci = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
    std::io::stderr().is_terminal() && !ci
}

/// Prints a line of its own.
pub fn say(text: &str) {
    // Nowhere else to complain if standard error is gone.
    BARS.suspend(|| drop(writeln!(std::io::stderr(), "{text}")));
}

/// One step under way.
pub struct Step {
    name: String,
    begun: Instant,
    last: Instant,
    bar: Option<ProgressBar>,
}

impl Step {
    /// Begins a step and says so.
    pub fn begin(name: &str) -> Self {
        let now = Instant::now();
        let bar = is_live().then(|| spinner(name));
        if bar.is_none() {
            say(&format!("  … {name}"));
        }
        Self { name: name.to_owned(), begun: now, last: now, bar }
    }

    /// Says how far it is. Without a terminal only now and then.
    pub fn at(&mut self, detail: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(detail.to_owned()),
            None if self.last.elapsed() >= STILL => {
                say(&format!("    {} ({} s) {detail}", self.name, self.begun.elapsed().as_secs()));
                self.last = Instant::now();
            }
            None => {}
        }
    }

    /// Ends it well.
    pub fn done(self) {
        self.end("✓");
    }

    /// Ends it badly; the error says why.
    pub fn failed(self) {
        self.end("✗");
    }

    fn end(&self, mark: &str) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
            BARS.remove(bar);
        }
        say(&format!("  {mark} {} ({:.1} s)", self.name, self.begun.elapsed().as_secs_f32()));
    }
}

fn spinner(name: &str) -> ProgressBar {
    let bar = BARS.add(ProgressBar::new_spinner());
    if let Ok(style) = ProgressStyle::with_template("  {spinner} {prefix} ({elapsed}) {wide_msg:.dim}") {
        bar.set_style(style);
    }
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
