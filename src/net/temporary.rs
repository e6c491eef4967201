//! Files that have no lasting name yet. They are given one at once and whole, and go without one.
//!
//! On Linux they have no name at all where the file system can do that (`O_TMPFILE`): nothing is left of them when the
//! process is killed, and a directory is changed once for a file that is kept, not twice. Elsewhere they have a temporary
//! one in the same directory.

use super::files;
use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;
#[cfg(target_os = "linux")]
use std::sync::{
    LazyLock,
    atomic::{AtomicBool, Ordering},
};
use tempfile::{Builder, TempPath};

/// What temporary names begin with.
const PREFIX: &str = ".ldicomnet-";
const SUFFIX: &str = ".part";

/// A file that goes when this does, unless it was named.
#[derive(Debug)]
pub(super) struct Temporary {
    file: File,
    name: Name,
}

#[derive(Debug)]
enum Name {
    Temporary(TempPath),
    /// It had none; has it one now?
    #[cfg(target_os = "linux")]
    None(AtomicBool),
}

impl Temporary {
    /// Makes one in a directory, to be read and written; `mode`: permissions of Unix, before the umask.
    ///
    /// # Errors
    ///
    /// Those of making a file.
    pub(super) fn make(directory: &Path, mode: u32) -> io::Result<Self> {
        #[cfg(target_os = "linux")]
        if *CAN_NAME_LATER {
            match files::create_nameless(directory, mode) {
                Err(error) if is_unknown_here(&error) => {}
                made => return Ok(Self { file: made?, name: Name::None(AtomicBool::new(false)) }),
            }
        }
        Self::make_named(directory, mode)
    }

    fn make_named(directory: &Path, mode: u32) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
        #[cfg(not(unix))]
        let _no_such_thing = mode;
        // Made here and not by the builder, whose errors hide the system's number.
        let made = temporary_name().make_in(directory, |path| files::create(&options, path))?;
        let (file, name) = made.into_parts();
        Ok(Self { file, name: Name::Temporary(name) })
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Gives it its name, in the place of a file that has it. With `sync`, the bytes and the name are on
    /// the disk when this returns.
    ///
    /// # Errors
    ///
    /// Those of syncing and naming; the file is then gone. Where only its name could not be synced it
    /// stays: it is whole, and may have taken the place of another.
    pub(super) fn persist(self, path: &Path, sync: bool) -> io::Result<File> {
        if sync {
            files::sync(&self.file)?;
        }
        match self.name {
            Name::Temporary(name) => files::persist(name, path)?,
            #[cfg(target_os = "linux")]
            Name::None(_) => name_over(path, |name| files::name(&self.file, name))?,
        }
        if sync {
            sync_directory_of(path)?;
        }
        Ok(self.file)
    }

    /// As [`persist`](Self::persist), while others read it, and with the permissions of a new file there. Once:
    /// then it is somebody's.
    ///
    /// # Errors
    ///
    /// Those of naming; that its file system is another is one of them. It is nobody's then, as before.
    pub(super) fn give_name(&self, path: &Path, sync: bool) -> io::Result<()> {
        let directory = directory_of(path);
        match &self.name {
            Name::Temporary(own) => {
                let linked = temporary_name().make_in(directory, |name| std::fs::hard_link(own, name))?;
                std::fs::remove_file(own)?;
                self.prepare(directory, sync)?;
                linked.persist(path).map_err(|error| error.error)?;
            }
            #[cfg(target_os = "linux")]
            Name::None(has_one_now) => {
                if has_one_now.swap(true, Ordering::AcqRel) {
                    return Err(io::ErrorKind::AlreadyExists.into());
                }
                let named = self
                    .prepare(directory, sync)
                    .and_then(|()| name_over(path, |name| files::name(&self.file, name)));
                if named.is_err() {
                    has_one_now.store(false, Ordering::Release);
                }
                named?;
            }
        }
        if sync { sync_directory_of(path) } else { Ok(()) }
    }

    fn prepare(&self, directory: &Path, sync: bool) -> io::Result<()> {
        share_like_a_new_file(&self.file, directory)?;
        if sync { files::sync(&self.file) } else { Ok(()) }
    }
}

fn temporary_name() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    builder
}

/// Can a file that has no name be given one? By way of its descriptor's, which is not there in every sandbox.
#[cfg(target_os = "linux")]
static CAN_NAME_LATER: LazyLock<bool> = LazyLock::new(|| Path::new("/proc/self/fd").is_dir());

/// Does the file system, or an old kernel, not know files without a name?
#[cfg(target_os = "linux")]
fn is_unknown_here(error: &io::Error) -> bool {
    use rustix::io::Errno;
    let unknown = [Errno::OPNOTSUPP, Errno::ISDIR, Errno::INVAL];
    error.raw_os_error().is_some_and(|number| unknown.iter().any(|errno| errno.raw_os_error() == number))
}

/// Names what has no name, in the place of a file that has it.
#[cfg(target_os = "linux")]
fn name_over(path: &Path, mut name: impl FnMut(&Path) -> io::Result<()>) -> io::Result<()> {
    match name(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        outcome => return outcome,
    }
    let named = temporary_name().make_in(directory_of(path), name)?;
    files::persist(named.into_temp_path(), path)
}

/// Permissions of Unix, before the umask.
const AS_THE_UMASK_SAYS: u32 = 0o666;

/// A new file beside `path`, with the permissions of a new file there.
pub(super) fn make_beside(path: &Path) -> io::Result<Temporary> {
    Temporary::make(directory_of(path), AS_THE_UMASK_SAYS)
}

/// Only its owner may read a temporary file; what is saved has the permissions of a new file.
#[cfg(unix)]
fn share_like_a_new_file(file: &File, directory: &Path) -> io::Result<()> {
    // The process's umask counts, and cannot be read but by making a file.
    let new = Temporary::make(directory, AS_THE_UMASK_SAYS)?;
    let permissions = new.file.metadata()?.permissions();
    if file.metadata()?.permissions() == permissions {
        return Ok(());
    }
    file.set_permissions(permissions)
}

#[cfg(not(unix))]
fn share_like_a_new_file(_file: &File, _directory: &Path) -> io::Result<()> {
    Ok(())
}

fn directory_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."))
}

/// A name is on the disk when its directory is.
#[cfg(unix)]
fn sync_directory_of(path: &Path) -> io::Result<()> {
    files::sync(&files::open(directory_of(path))?)
}

#[cfg(not(unix))]
fn sync_directory_of(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    /// A file of each kind that this system has.
    fn each(directory: &Path) -> Vec<Temporary> {
        let kinds = [Temporary::make(directory, 0o600), Temporary::make_named(directory, 0o600)];
        kinds.into_iter().map(|made| made.unwrap()).collect()
    }

    fn names(directory: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(directory).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_takes_its_name_and_the_place_of_another() {
        for is_there in [false, true] {
            let directory = tempfile::tempdir().unwrap();
            for mut temporary in each(directory.path()).into_iter().map(Some) {
                let path = directory.path().join("object");
                if is_there {
                    std::fs::write(&path, b"an older one").unwrap();
                }
                let temporary = temporary.take().unwrap();
                temporary.file().write_all(b"whole").unwrap();
                temporary.persist(&path, true).unwrap();
                assert_eq!(std::fs::read(&path).unwrap(), b"whole");
                std::fs::remove_file(&path).unwrap();
            }
            assert_eq!(names(directory.path()), [""; 0]);
        }
    }

    #[test]
    fn a_file_is_given_a_name_once_and_then_has_what_a_new_one_has() {
        for index in 0..2 {
            let directory = tempfile::tempdir().unwrap();
            let temporary = each(directory.path()).remove(index);
            temporary.file().write_all(b"whole").unwrap();
            let [first, second] = ["first", "second"].map(|name| directory.path().join(name));
            assert!(temporary.give_name(&directory.path().join("no/such"), false).is_err());
            temporary.give_name(&first, true).unwrap();
            assert!(temporary.give_name(&second, false).is_err(), "it would be two files in one");
            drop(temporary);
            assert_eq!(names(directory.path()), ["first"]);
            std::fs::write(&second, b"").unwrap();
            let [this, that] = [first, second].map(|path| std::fs::metadata(path).unwrap().permissions());
            assert_eq!(this, that);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_directory_shows_nothing_of_a_file_that_has_no_name() {
        let directory = tempfile::tempdir().unwrap();
        // Every file system that these tests are run on has such files, but for that of some containers.
        let temporary = Temporary::make(directory.path(), 0o600).unwrap();
        let expected = usize::from(matches!(temporary.name, Name::Temporary(_)));
        assert_eq!(names(directory.path()).len(), expected);
        let other = Temporary::make_named(directory.path(), 0o600).unwrap();
        assert_eq!(names(directory.path()).len(), expected + 1);
        drop((temporary, other));
        assert_eq!(names(directory.path()).len(), 0);
    }
}
