//! The operating system user that runs Postgres. Postgres refuses to run as root, so root starts it as an unprivileged user.

use super::PostgresError;
use std::{
    fs, io,
    os::unix::fs::{MetadataExt as _, chown},
    path::Path,
};
use tokio::process::Command;

/// Users that root may run Postgres as, in order of preference.
const PREFERRED_NAMES: [&str; 2] = ["postgres", "nobody"];

/// A user and its primary group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OsUser {
    uid: u32,
    gid: u32,
}

impl OsUser {
    /// The user that root must run Postgres as; `None` if the process does not run as root.
    ///
    /// # Errors
    /// [`PostgresError::NoUnprivilegedUser`] if there is no suitable user.
    pub fn unprivileged() -> Result<Option<Self>, PostgresError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        PREFERRED_NAMES
            .iter()
            .find_map(|name| find(&passwd, name))
            .map(Some)
            .ok_or(PostgresError::NoUnprivilegedUser)
    }

    /// The owner of a directory, unless it is root.
    pub(super) fn owner_of(dir: &Path) -> Option<Self> {
        let meta = fs::metadata(dir).ok()?;
        (meta.uid() != 0).then(|| Self {
            uid: meta.uid(),
            gid: meta.gid(),
        })
    }

    /// The user id.
    pub const fn uid(self) -> u32 {
        self.uid
    }

    /// The user id and the group id.
    pub const fn ids(self) -> (u32, u32) {
        (self.uid, self.gid)
    }

    /// Makes the user the owner of a file or directory.
    pub(super) fn take_ownership(self, path: &Path) -> io::Result<()> {
        chown(path, Some(self.uid), Some(self.gid))
    }

    /// Whether the user can enter the directory, which also depends on its parents.
    pub(super) async fn can_enter(self, dir: &Path) -> bool {
        let mut probe = Command::new("/bin/sh");
        probe
            .args(["-c", ":"])
            .current_dir(dir)
            .uid(self.uid)
            .gid(self.gid);
        probe.status().await.is_ok_and(|status| status.success())
    }
}

/// A command that runs as `user`, or as the current user.
pub fn command_as(program: &Path, user: Option<OsUser>) -> Command {
    let mut command = Command::new(program);
    if let Some(OsUser { uid, gid }) = user {
        command.uid(uid).gid(gid);
    }
    command
}

fn find(passwd: &str, name: &str) -> Option<OsUser> {
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        (uid != 0).then_some(OsUser { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_is_found_unless_it_is_root() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104::/var/lib/postgresql:/bin/bash\nfake:x:0:5::/:\n";
        assert_eq!(find(passwd, "postgres"), Some(OsUser { uid: 101, gid: 104 }));
        assert_eq!(find(passwd, "fake"), None);
        assert_eq!(find(passwd, "nobody"), None);
    }
}
