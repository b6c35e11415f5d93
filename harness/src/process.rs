//! A program in a process group of its own, so that all it started can be ended with it.

use std::fs::{self, File};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};

/// Lines of a program's log that an error shows.
const TAIL: usize = 40;
/// How long a killed group may take to be gone.
const GONE: Duration = Duration::from_secs(2);

/// A running program and everything it started. Dropping it kills the whole group.
#[derive(Debug)]
pub struct ProcessGroup {
    name: String,
    child: Child,
    group: Pid,
    log: PathBuf,
    pid_file: PathBuf,
}

impl ProcessGroup {
    /// Starts `command` with its output in `{dir}/{name}.log` (appended) and its process id in
    /// `{dir}/{name}.pid`, by which [`end_stale`] finds it if we are killed before it is.
    ///
    /// # Errors
    /// If the program cannot be started or the files cannot be written.
    pub fn spawn(name: &str, command: &mut Command, dir: &Path) -> Result<Self> {
        let log = dir.join(format!("{name}.log"));
        let open = || {
            File::options()
                .create(true)
                .append(true)
                .open(&log)
                .with_context(|| format!("cannot write {}", log.display()))
        };
        command.stdin(Stdio::null()).stdout(open()?).stderr(open()?).process_group(0);
        let child =
            command.spawn().with_context(|| format!("cannot start {}", command.get_program().display()))?;
        let group = Pid::from_child(&child);
        let pid_file = dir.join(format!("{name}.pid"));
        let this = Self { name: name.to_owned(), child, group, log, pid_file };
        fs::write(&this.pid_file, this.group.as_raw_nonzero().to_string())
            .with_context(|| format!("cannot write {}", this.pid_file.display()))?;
        Ok(this)
    }

    /// How it ended, if it did.
    ///
    /// # Errors
    /// If the system does not say.
    pub fn exited(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// The file with its output.
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Its output so far.
    pub fn output(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// The last lines of its output, for an error.
    pub fn tail(&self) -> String {
        let output = self.output();
        let lines: Vec<&str> = output.lines().collect();
        let from = lines.len().saturating_sub(TAIL);
        format!("{} of {} said last:\n{}", self.name, self.log.display(), lines[from..].join("\n"))
    }

    /// The process id of the program itself, and the number of its group.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9` to every process of the group. The port may be bound a moment longer. `true`: the
    /// program ran until then, and died of this.
    pub fn kill_9(&mut self) -> bool {
        // Fails only if the whole group is gone already.
        let _ = kill_process_group(self.group, Signal::KILL);
        let status = self.child.wait();
        let _ = fs::remove_file(&self.pid_file);
        status.is_ok_and(|status| status.signal() == Some(Signal::KILL.as_raw()))
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        self.kill_9();
    }
}

/// Ends what an earlier run in `dir` left behind when it was killed hard.
///
/// # Errors
/// If the folder cannot be read.
pub fn end_stale(dir: &Path) -> Result<()> {
    if !dir.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "pid") {
            end_group_of(&path);
            let _ = fs::remove_file(&path);
        }
    }
    Ok(())
}

fn end_group_of(pid_file: &Path) {
    let Some(group) =
        fs::read_to_string(pid_file).ok().and_then(|text| text.trim().parse().ok()).and_then(Pid::from_raw)
    else {
        return;
    };
    if test_kill_process_group(group).is_err() {
        return;
    }
    // The number may have gone to another program meanwhile. While any of the group lives, its
    // number is not given away; so a leader that is gone means the group is still ours.
    let ours = match command_line(group) {
        Some(line) => ["wrangler", "workerd", "daicho-sandbox"].iter().any(|name| line.contains(name)),
        None => true,
    };
    if ours {
        let _ = kill_process_group(group, Signal::KILL);
        await_end(group);
    }
}

/// Waits until a killed group is gone and its ports with it. Not for ever: where nobody reaps
/// orphans, what is left of them stays.
fn await_end(group: Pid) {
    let begun = Instant::now();
    while test_kill_process_group(group).is_ok() && begun.elapsed() < GONE {
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The command line of a process; `None` if it is gone or only a zombie.
fn command_line(pid: Pid) -> Option<String> {
    let pid = pid.as_raw_nonzero().to_string();
    if Path::new("/proc/self").exists() {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The state stands after the name, which is in brackets and may hold any character.
        let (_, state) = stat.rsplit_once(") ")?;
        // Empty for a moment while a program is being started: then it is no one of an earlier run.
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let alive = !state.starts_with('Z');
        return alive.then(|| String::from_utf8_lossy(&line).replace('\0', " "));
    }
    let output = Command::new("ps").args(["-o", "command=", "-p", &pid]).output().ok()?;
    let line = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn alive(group: Pid) -> bool {
        test_kill_process_group(group).is_ok()
    }

    #[test]
    fn killing_a_group_ends_what_its_leader_started() {
        let dir = tempfile::tempdir().unwrap();
        let mut process =
            ProcessGroup::spawn("parent", &mut shell("sleep 600 & sleep 600"), dir.path()).unwrap();
        let group = process.group;
        assert!(alive(group));
        process.kill_9();
        // The children are reaped by whoever adopts them, a moment later.
        while alive(group) {
            std::thread::yield_now();
        }
        assert!(!dir.path().join("parent.pid").exists());
    }

    #[test]
    fn what_a_killed_run_left_behind_is_ended() {
        let dir = tempfile::tempdir().unwrap();
        let mut command = shell(": wrangler; sleep 600 & wait");
        let mut process = ProcessGroup::spawn("worker", &mut command, dir.path()).unwrap();
        while !command_line(process.group).unwrap().contains("wrangler") {
            std::thread::yield_now();
        }
        end_stale(dir.path()).unwrap();
        assert!(process.exited().unwrap().is_some());
        assert!(!dir.path().join("worker.pid").exists());
    }

    #[test]
    fn a_process_that_only_got_the_same_number_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let mut process = ProcessGroup::spawn("other", &mut shell("sleep 600 & wait"), dir.path()).unwrap();
        end_stale(dir.path()).unwrap();
        assert_eq!(process.exited().unwrap(), None);
    }
}
