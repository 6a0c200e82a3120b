//! Whom Postgres runs as. It refuses to run as root, so root hands it to an unprivileged account.

use super::PostgresError;
use std::{
    fs, io,
    os::unix::fs::{MetadataExt as _, chown},
    path::Path,
};
use tokio::process::Command;

/// Accounts that root may hand Postgres to, the best first.
const PREFERRED: [&str; 2] = ["postgres", "nobody"];

/// A user and group of this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// Nothing to do for a normal user; for root the account that Postgres shall run as.
    ///
    /// # Errors
    /// [`PostgresError::NoAccount`] when root has nobody to hand it to.
    pub fn to_run_as() -> Result<Option<Self>, PostgresError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        PREFERRED
            .iter()
            .find_map(|name| find(&users, name))
            .map(Some)
            .ok_or(PostgresError::NoAccount)
    }

    /// The owner of a folder, when that is not root.
    pub fn owner_of(folder: &Path) -> Option<Self> {
        let meta = fs::metadata(folder).ok()?;
        (meta.uid() != 0).then(|| Self {
            uid: meta.uid(),
            gid: meta.gid(),
        })
    }

    /// The user's number.
    pub const fn uid(self) -> u32 {
        self.uid
    }

    /// The numbers of the user and of the group.
    pub const fn ids(self) -> (u32, u32) {
        (self.uid, self.gid)
    }

    /// Gives a file or folder to this account.
    pub fn give(self, path: &Path) -> io::Result<()> {
        chown(path, Some(self.uid), Some(self.gid))
    }

    /// Whether this account can work in the folder: somebody above it may keep others out.
    pub async fn reaches(self, folder: &Path) -> bool {
        let mut probe = Command::new("/bin/sh");
        probe
            .args(["-c", ":"])
            .current_dir(folder)
            .uid(self.uid)
            .gid(self.gid);
        probe.status().await.is_ok_and(|status| status.success())
    }
}

/// A command that runs as the account, or as ourselves.
pub fn command(program: &Path, account: Option<Account>) -> Command {
    let mut command = Command::new(program);
    if let Some(Account { uid, gid }) = account {
        command.uid(uid).gid(gid);
    }
    command
}

fn find(users: &str, name: &str) -> Option<Account> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        (uid != 0).then_some(Account { uid, gid })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_a_user_and_never_root() {
        let users = "root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104::/var/lib/postgresql:/bin/bash\nfake:x:0:5::/:\n";
        assert_eq!(find(users, "postgres"), Some(Account { uid: 101, gid: 104 }));
        assert_eq!(find(users, "fake"), None);
        assert_eq!(find(users, "nobody"), None);
    }
}
