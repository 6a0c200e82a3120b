//! A Dovecot with a certificate from its own authority. Its processes run as an unprivileged user.

use super::{TempDir, processes_in, wait_until};
use server::embedded_postgres::os_user::{OsUser, command_as};
use service::mail::ImapSettings;
use std::{
    fs::{self, File},
    net::{TcpListener, TcpStream},
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};
use tokio::process::Child;

pub const IMAP_USER: &str = "ada@mail.example";
pub const IMAP_PASSWORD: &str = "pass\"word \\ 1";

/// The running server, which has one user.
pub struct Dovecot {
    dir: TempDir,
    os_user: Option<OsUser>,
    /// Port with TLS.
    pub port: u16,
    /// Port with STARTTLS.
    pub starttls_port: u16,
    _child: Child,
}

impl Dovecot {
    pub async fn start() -> Self {
        Self::start_with("").await
    }

    /// Also accepts access tokens with XOAUTH2. Dovecot appends the token to the URL and requests it, to find the user of the token.
    pub async fn with_access_tokens(tokeninfo_url: &str) -> Self {
        Self::start_with(tokeninfo_url).await
    }

    async fn start_with(tokeninfo_url: &str) -> Self {
        let dir = TempDir::new();
        let os_user = OsUser::unprivileged().expect("user");
        create_certificates(&dir.0);
        let [port, starttls_port] = free_ports();
        fs::write(
            dir.0.join("dovecot.conf"),
            configuration(&dir.0, os_user, port, starttls_port) + &token_configuration(&dir.0, tokeninfo_url),
        )
        .expect("file");
        let oauth2 = format!("tokeninfo_url = {tokeninfo_url}\nusername_attribute = email\n");
        fs::write(dir.0.join("oauth2"), oauth2).expect("file");
        fs::write(dir.0.join("passwords"), password_line(IMAP_PASSWORD)).expect("file");
        for folder in ["run", "state", "mail"] {
            fs::create_dir(dir.0.join(folder)).expect("folder");
        }
        give_to(&dir.0, os_user);
        let program = Path::new("/usr/sbin/dovecot");
        assert!(
            program.exists(),
            "Dovecot is not installed: run `scripts/setup test`"
        );
        let mut command = command_as(program, os_user);
        let child = command
            .arg("-F")
            .arg("-c")
            .arg(dir.0.join("dovecot.conf"))
            .current_dir(&dir.0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("dovecot starts");
        wait_until("Dovecot listens", Duration::from_secs(20), async || {
            TcpStream::connect(("127.0.0.1", port)).is_ok()
        })
        .await;
        Self {
            dir,
            os_user,
            port,
            starttls_port,
            _child: child,
        }
    }

    /// Settings that trust the certificate authority and allow the address of this Dovecot.
    pub fn settings(&self) -> ImapSettings {
        ImapSettings {
            ca_file: Some(self.dir.0.join("ca.pem")),
            allowed_networks: vec!["127.0.0.0/8".parse().expect("network")],
        }
    }

    /// Changes the password of the user and waits until the change has taken effect.
    pub async fn set_password(&self, password: &str) {
        fs::write(self.dir.0.join("passwords"), password_line(password)).expect("file");
        wait_until("the password is changed", Duration::from_secs(10), async || {
            let mut doveadm = command_as(Path::new("/usr/bin/doveadm"), self.os_user);
            let configuration = self.dir.0.join("dovecot.conf");
            doveadm
                .arg("-c")
                .arg(configuration)
                .args(["auth", "test", IMAP_USER, password]);
            let output = doveadm.current_dir(&self.dir.0).output().await;
            output.expect("doveadm").status.success()
        })
        .await;
    }

    /// Adds a message. `folder` is empty for the inbox, otherwise the Maildir name of the folder.
    pub fn add(&self, folder: &str, name: &str, raw: &[u8]) {
        let in_2026 = SystemTime::UNIX_EPOCH + Duration::from_secs(1_768_000_000);
        self.add_received(folder, name, raw, in_2026);
    }

    /// Like [`add`](Self::add), with this time of arrival.
    pub fn add_received(&self, folder: &str, name: &str, raw: &[u8], received: SystemTime) {
        let folder = self.folder(folder);
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(folder.join(part)).expect("folder");
        }
        // Maildir requires that files in `cur` are complete and readable.
        let incomplete = folder.join("tmp").join(name);
        fs::write(&incomplete, raw).expect("file");
        let file = File::options().write(true).open(&incomplete).expect("file");
        file.set_modified(received).expect("time");
        give_to(&self.dir.0.join("mail"), self.os_user);
        fs::rename(incomplete, folder.join("cur").join(format!("{name}:2,"))).expect("file");
    }

    /// Adds messages to the inbox, each with its file name.
    pub fn add_all(&self, messages: impl Iterator<Item = (String, Vec<u8>)>) {
        self.add_all_to("", messages);
    }

    /// Like [`add_all`](Self::add_all), for this folder.
    pub fn add_all_to(&self, folder: &str, messages: impl Iterator<Item = (String, Vec<u8>)>) {
        let folder = self.folder(folder);
        for part in ["cur", "new", "tmp"] {
            fs::create_dir_all(folder.join(part)).expect("folder");
        }
        for (name, raw) in messages {
            fs::write(folder.join("cur").join(format!("{name}:2,")), raw).expect("file");
        }
        give_to(&self.dir.0.join("mail"), self.os_user);
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.folder("").join("cur").join(format!("{name}:2,"))).expect("file");
    }

    /// Gives all messages new UIDs.
    pub fn change_uid_validity(&self) {
        let folder = self.folder("");
        let list = fs::read_to_string(folder.join("dovecot-uidlist")).expect("list");
        let old = list
            .split(' ')
            .find_map(|word| word.strip_prefix('V'))
            .expect("UIDVALIDITY");
        let new: u32 = old.parse::<u32>().expect("number") + 1;
        fs::write(folder.join("dovecot-uidlist"), format!("3 V{new} N1\n")).expect("file");
        for entry in fs::read_dir(&folder).expect("folder").flatten() {
            if entry.file_name().to_string_lossy().starts_with("dovecot.index") {
                fs::remove_file(entry.path()).expect("file");
            }
        }
        give_to(&self.dir.0.join("mail"), self.os_user);
    }

    /// Whether any message has the flag `\Seen`.
    pub fn has_seen_messages(&self) -> bool {
        let files = fs::read_dir(self.folder("").join("cur")).expect("folder");
        files
            .flatten()
            .any(|file| file.file_name().to_string_lossy().ends_with('S'))
    }

    /// The number of open sessions.
    pub fn connections(&self) -> usize {
        let log = fs::read_to_string(self.dir.0.join("log")).unwrap_or_default();
        let count = |text: &str| log.lines().filter(|line| line.contains(text)).count();
        count("imap-login: Info: Login:").saturating_sub(count(" out="))
    }

    /// The number of sessions that wait in IDLE, according to the titles of their processes.
    pub fn idle_sessions(&self) -> usize {
        let command = |pid: i32| fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let processes = processes_in(&self.dir.0).into_iter().map(command);
        processes
            .filter(|command| command.starts_with("dovecot/imap ") && command.contains(" IDLE"))
            .count()
    }

    /// The number of bytes that Dovecot has sent in each session.
    pub fn bytes_sent(&self) -> Vec<u64> {
        let log = fs::read_to_string(self.dir.0.join("log")).unwrap_or_default();
        let sent = log.lines().filter_map(|line| line.split(" out=").nth(1));
        sent.filter_map(|rest| rest.split_whitespace().next()?.parse().ok())
            .collect()
    }

    fn folder(&self, name: &str) -> PathBuf {
        let user = self.dir.0.join("mail").join(IMAP_USER);
        if name.is_empty() {
            user
        } else {
            user.join(format!(".{name}"))
        }
    }
}

fn free_ports() -> [u16; 2] {
    let listeners = [(); 2].map(|()| TcpListener::bind("127.0.0.1:0").expect("port"));
    listeners.map(|listener| listener.local_addr().expect("address").port())
}

fn password_line(password: &str) -> String {
    format!("{IMAP_USER}:{{PLAIN}}{password}\n")
}

fn give_to(folder: &Path, os_user: Option<OsUser>) {
    let Some(user) = os_user else { return };
    let (uid, gid) = user.ids();
    let mut pending = vec![folder.to_owned()];
    while let Some(path) = pending.pop() {
        // Dovecot may delete files in the meantime.
        let _ = chown(&path, Some(uid), Some(gid));
        if path.is_dir() {
            pending.extend(
                fs::read_dir(&path)
                    .into_iter()
                    .flatten()
                    .flatten()
                    .map(|e| e.path()),
            );
        }
    }
}

fn create_certificates(dir: &Path) {
    let openssl = |arguments: &str| {
        let output = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(dir)
            .output()
            .expect("openssl runs");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {arguments}: {error}");
    };
    let new = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650";
    openssl(&format!("{new} -keyout ca.key -out ca.pem -subj /CN=authority"));
    openssl(&format!(
        "{new} -keyout key.pem -out cert.pem -CA ca.pem -CAkey ca.key -subj /CN=imap -addext subjectAltName=IP:127.0.0.1 \
         -addext basicConstraints=critical,CA:FALSE"
    ));
}

/// The part of the configuration that accepts access tokens; empty if there is no URL that identifies their users.
fn token_configuration(dir: &Path, tokeninfo_url: &str) -> String {
    if tokeninfo_url.is_empty() {
        return String::new();
    }
    format!(
        "auth_mechanisms = plain xoauth2\npassdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {}/oauth2\n}}\n",
        dir.display()
    )
}

fn configuration(dir: &Path, os_user: Option<OsUser>, port: u16, starttls_port: u16) -> String {
    let id = |flag: &str| {
        let user = os_user.map_or_else(String::new, |user| user.ids().0.to_string());
        let output = Command::new("id")
            .args(["-n", flag])
            .args((!user.is_empty()).then_some(user))
            .output();
        String::from_utf8(output.expect("id").stdout)
            .expect("name")
            .trim()
            .to_owned()
    };
    let (user, group) = (id("-u"), id("-g"));
    include_str!("dovecot.conf")
        .replace("STARTTLS_PORT", &starttls_port.to_string())
        .replace("PORT", &port.to_string())
        .replace("USER", &user)
        .replace("GROUP", &group)
        .replace("DIR", &dir.to_string_lossy())
}
