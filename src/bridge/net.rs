//! Network objects as `LDicomNet` works with them.

use super::associate::AssociateObject;
use super::ffi::{HookSink, LimitsView, NegotiatedShown, SocketOptionsView, StoreOptionsView, TimeoutsView};
use super::hooks::SinkHooks;
use super::secure::Identities;
use super::sending::Sending;
use super::{code, guard};
use crate::engine::{self, DispatchMode, IpType, Limits, Net, Network, Settings, SocketOptions, Spool};
use crate::error::{Code, Error};
use crate::pdu::{Abort, AeTitle, Associate, Rejection};
use cxx::SharedPtr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Starts the library.
pub(super) fn start_up() -> i32 {
    code(engine::start_up)
}

/// Undoes one start.
pub(super) fn shut_down() {
    guard((), engine::shut_down);
}

/// Runs the hooks of pump mode that are due.
pub(super) fn breathe() {
    guard((), || {
        engine::breathe();
    });
}

/// The same, after waiting for one: -1 for ever. False when the time was over.
pub(super) fn wait(timeout_ms: i32) -> bool {
    guard(false, || match timeout(timeout_ms).and_then(engine::wait) {
        Ok(has_run) => has_run,
        Err(error) => {
            tracing::error!(%error, "the pump could not wait");
            false
        }
    })
}

/// What polls readable while hooks of pump mode are due.
pub(super) fn event_handle() -> i64 {
    guard(-1, || engine::event_handle().unwrap_or(-1))
}

/// The options of a new object.
pub(super) fn default_socket_options() -> SocketOptionsView {
    socket_options_view(&Settings::default().socket)
}

/// One object of C++ and its network object.
pub(super) struct NetHandle {
    pub(super) net: Net,
    sink: SharedPtr<HookSink>,
    pub(super) sending: Sending,
    pub(super) identities: Identities,
    /// The association that [`NetHandle::negotiated`] gave last.
    given: Mutex<Option<Arc<Associate>>>,
}

/// An idle network object for the C++ object behind `sink`.
pub(super) fn net_new(sink: SharedPtr<HookSink>) -> Box<NetHandle> {
    super::log::set_up();
    let net = Net::new(Arc::new(SinkHooks { sink: sink.clone() }));
    let (sending, identities) = (Sending::default(), Identities::default());
    Box::new(NetHandle { net, sink, sending, identities, given: Mutex::default() })
}

/// Connection.
impl NetHandle {
    pub(super) fn listen(&self, host: &[u8], port: u32, backlog: i32, ip: i32) -> i32 {
        code(|| self.net.listen(host, port, backlog, ip_type(ip)?))
    }

    pub(super) fn connect(
        &self,
        local_host: &[u8],
        local_port: u32,
        peer_host: &[u8],
        peer_port: u32,
        ip: i32,
    ) -> i32 {
        code(|| self.net.connect(local_host, local_port, peer_host, peer_port, ip_type(ip)?))
    }

    pub(super) fn connect_wait(
        &self,
        local_host: &[u8],
        local_port: u32,
        peer_host: &[u8],
        peer_port: u32,
        ip: i32,
        timeout_ms: i32,
    ) -> i32 {
        code(|| {
            let (ip, timeout) = (ip_type(ip)?, timeout(timeout_ms)?);
            self.net.connect_wait(local_host, local_port, peer_host, peer_port, ip, timeout)
        })
    }

    pub(super) fn accept(&self, client: &Self) -> i32 {
        client.sending.follow(&self.sending);
        code(|| self.net.accept(&client.net))
    }

    pub(super) fn accept_wait(&self, client: &Self, timeout_ms: i32) -> i32 {
        client.sending.follow(&self.sending);
        code(|| self.net.accept_wait(&client.net, timeout(timeout_ms)?))
    }

    pub(super) fn reject(&self) -> i32 {
        code(|| self.net.reject())
    }

    pub(super) fn pending_count(&self) -> u32 {
        guard(0, || self.net.pending_count())
    }

    /// Closes the object, and then waits for its hooks.
    pub(super) fn close(&self) {
        guard((), || self.net.close());
        self.retire();
    }

    /// The same of an object that is freed next: no other thread can begin anything with it.
    pub(super) fn close_for_good(&self) {
        guard((), || self.net.close_for_good());
        self.retire();
    }

    pub(super) fn close_forced(&self) {
        guard((), || self.net.close_forced(true));
        self.retire();
    }

    /// Closes a listener and its clients, and then waits for the hooks of all of them.
    pub(super) fn server_close(&self) {
        let closed = guard(Vec::new(), || {
            let clients = (0..self.net.client_count()).filter_map(|index| self.net.client(index));
            let closed: Vec<Net> = clients.chain(self.net.server()).collect();
            self.net.server_close();
            closed
        });
        for net in &closed {
            if let Some(sink) = SinkHooks::sink_of(net) {
                sink.retire(net.current_generation());
            }
        }
        self.retire();
    }

    pub(super) fn sink(&self) -> &SharedPtr<HookSink> {
        &self.sink
    }

    /// Ends the lives before the present one for the sink: `close` has raised the generation.
    fn retire(&self) {
        self.sink.retire(self.net.current_generation());
    }
}

/// Senders; those of messages are in `senders`.
impl NetHandle {
    pub(super) fn associate_request(&self, associate: &AssociateObject) -> i32 {
        code(|| self.net.associate_request(associate.get()))
    }

    pub(super) fn associate_accept(&self, associate: &AssociateObject) -> i32 {
        code(|| self.net.associate_accept(associate.get()))
    }

    pub(super) fn associate_reject(&self, result: u8, source: u8, reason: u8) -> i32 {
        code(|| self.net.associate_reject(Rejection { result, source, reason }))
    }

    pub(super) fn release_request(&self) -> i32 {
        code(|| self.net.release_request())
    }

    pub(super) fn release_response(&self) -> i32 {
        code(|| self.net.release_response())
    }

    pub(super) fn abort(&self, source: u8, reason: u8) -> i32 {
        code(|| self.net.abort(Abort { source, reason }))
    }

    pub(super) fn answer_by_default(&self) {
        guard((), || self.net.answer_by_default());
    }
}

/// Queries.
impl NetHandle {
    pub(super) fn is_activated(&self) -> bool {
        guard(false, || self.net.is_activated())
    }

    pub(super) fn is_connected(&self) -> bool {
        guard(false, || self.net.is_connected())
    }

    pub(super) fn is_associated(&self) -> bool {
        guard(false, || self.net.is_associated())
    }

    pub(super) fn queued_bytes(&self) -> u32 {
        guard(0, || self.net.queued_bytes())
    }

    /// The listener's sink; null if there is none.
    pub(super) fn server(&self) -> SharedPtr<HookSink> {
        guard(SharedPtr::null(), || sink_or_null(self.net.server().as_ref()))
    }

    /// Of the listener, where it is asked of an accepted connection.
    pub(super) fn client_count(&self) -> u32 {
        guard(0, || self.net.client_count())
    }

    pub(super) fn client(&self, index: u32) -> SharedPtr<HookSink> {
        guard(SharedPtr::null(), || sink_or_null(self.net.client(index).as_ref()))
    }

    pub(super) fn host_info(&self, address: &mut [u8], port: &mut u32) -> i32 {
        code(|| fill_address(self.net.host_info(), address, port))
    }

    pub(super) fn peer_info(&self, address: &mut [u8], port: &mut u32) -> i32 {
        code(|| fill_address(self.net.peer_info(), address, port))
    }

    /// Makes `associate` show the negotiated association, if that is another one than the last time.
    pub(super) fn negotiated(&self, associate: &mut AssociateObject) -> NegotiatedShown {
        guard(NegotiatedShown::Nothing, || {
            let Some(present) = self.net.negotiated() else {
                return NegotiatedShown::Nothing;
            };
            let mut given = self.given.lock().unwrap_or_else(PoisonError::into_inner);
            if given.as_ref().is_some_and(|given| Arc::ptr_eq(given, &present)) {
                return NegotiatedShown::Same;
            }
            associate.show(&present);
            *given = Some(present);
            NegotiatedShown::Another
        })
    }
}

/// Options.
impl NetHandle {
    pub(super) fn set_path(&self, path: &[u8]) {
        let path = path_of(path);
        guard((), || {
            // Settings that are not changed stay shared with every other object's.
            if self.net.shared_settings().path != path {
                self.net.update_settings(|settings| settings.path = path);
            }
        });
    }

    /// DICOMNET_DISPATCH_*: 0 threads, 1 pump.
    pub(super) fn set_dispatch_mode(&self, mode: i32) -> i32 {
        code(|| {
            let mode = match mode {
                0 => DispatchMode::Threads,
                1 => DispatchMode::Pump,
                _ => return Err(Error::new(Code::Parameter, format!("dispatch mode {mode}"))),
            };
            if self.net.is_activated() {
                return Err(Error::of(Code::NetIsConnected));
            }
            self.net.update_settings(|settings| settings.dispatch_mode = mode);
            Ok(())
        })
    }

    /// As the system has them, where there is a socket.
    pub(super) fn socket_options(&self) -> SocketOptionsView {
        guard(default_socket_options(), || {
            let options = self.net.socket_options();
            socket_options_view(&options.unwrap_or_else(|_| self.net.settings().socket))
        })
    }

    pub(super) fn set_socket_options(&self, options: &SocketOptionsView) -> i32 {
        code(|| {
            self.net.set_socket_options(SocketOptions {
                send_buffer_bytes: options.send_buffer_bytes,
                receive_buffer_bytes: options.receive_buffer_bytes,
                no_delay: options.no_delay,
            })
        })
    }

    pub(super) fn store_options(&self) -> StoreOptionsView {
        guard(StoreOptionsView::default(), || {
            let settings = self.net.settings();
            StoreOptionsView {
                sync: settings.sync,
                memory_bytes_max: u32::try_from(settings.memory_bytes_max).unwrap_or(u32::MAX),
                data_set_bytes_max: settings.data_set_bytes_max,
                spool_bytes_max: settings.spool.bytes_max(),
            }
        })
    }

    pub(super) fn set_store_options(&self, options: &StoreOptionsView) {
        let memory_bytes_max = usize::try_from(options.memory_bytes_max).unwrap_or(usize::MAX);
        guard((), || {
            self.net.update_settings(|settings| {
                settings.sync = options.sync;
                settings.memory_bytes_max = memory_bytes_max;
                settings.data_set_bytes_max = options.data_set_bytes_max;
                if settings.spool.bytes_max() != options.spool_bytes_max {
                    settings.spool = Spool::new(options.spool_bytes_max);
                }
            });
        });
    }

    pub(super) fn set_limits(&self, view: &LimitsView<'_>) -> i32 {
        code(|| {
            let networks = parts(view.networks).map(|part| String::from_utf8_lossy(part).parse::<Network>());
            let limits = Limits {
                associations_max: view.associations_max,
                associations_per_address_max: view.per_address_max,
                associations_per_calling_title_max: view.per_calling_title_max,
                requests_per_second_max: view.requests_per_second_max,
                calling_titles: titles(view.calling_titles)?,
                called_titles: titles(view.called_titles)?,
                networks: networks.collect::<Result<_, _>>()?,
            };
            self.net.update_settings(|settings| settings.limits = limits);
            Ok(())
        })
    }

    pub(super) fn set_asynchronous_operations(&self, used: bool) {
        guard((), || self.net.update_settings(|settings| settings.asynchronous_operations = used));
    }

    pub(super) fn timeouts(&self) -> TimeoutsView {
        let nothing = TimeoutsView { connect_ms: 0, artim_ms: 0, response_ms: 0, linger_ms: 0, stall_ms: 0 };
        guard(nothing, || {
            let settings = self.net.settings();
            TimeoutsView {
                connect_ms: milliseconds(settings.connect_timeout),
                artim_ms: milliseconds(settings.artim),
                response_ms: milliseconds(settings.response_timeout),
                linger_ms: milliseconds(settings.linger),
                stall_ms: milliseconds(settings.stall_timeout),
            }
        })
    }

    pub(super) fn set_timeouts(&self, timeouts: &TimeoutsView) -> i32 {
        code(|| {
            let connect_timeout = duration(timeouts.connect_ms)?;
            let artim = duration(timeouts.artim_ms)?;
            let response_timeout = duration(timeouts.response_ms)?;
            let linger = duration(timeouts.linger_ms)?;
            let stall_timeout = duration(timeouts.stall_ms)?;
            self.net.update_settings(|settings| {
                settings.connect_timeout = connect_timeout;
                settings.artim = artim;
                settings.response_timeout = response_timeout;
                settings.linger = linger;
                settings.stall_timeout = stall_timeout;
            });
            Ok(())
        })
    }

    pub(super) fn set_send_at_once(&self, at_once: bool) {
        guard((), || self.net.update_settings(|settings| settings.send_at_once = at_once));
    }

    /// Gives the mode before.
    pub(super) fn set_debug_mode(&self, mode: u32) -> u32 {
        guard(0, || {
            let mut before = 0;
            self.net.update_settings(|settings| {
                before = std::mem::replace(&mut settings.debug_mode, mode);
            });
            before
        })
    }
}

fn sink_or_null(net: Option<&Net>) -> SharedPtr<HookSink> {
    net.and_then(SinkHooks::sink_of).cloned().unwrap_or_else(SharedPtr::null)
}

/// DICOM_IPTYPE_*.
fn ip_type(number: i32) -> Result<IpType, Error> {
    match number {
        1 => Ok(IpType::V4),
        2 => Ok(IpType::V6),
        3 => Ok(IpType::V4OrV6),
        _ => Err(Error::new(Code::Parameter, format!("IP type {number}"))),
    }
}

/// Milliseconds; -1 is for ever.
fn timeout(milliseconds: i32) -> Result<Option<Duration>, Error> {
    match u64::try_from(milliseconds) {
        Ok(milliseconds) => Ok(Some(Duration::from_millis(milliseconds))),
        Err(_) if milliseconds == -1 => Ok(None),
        Err(_) => Err(Error::new(Code::Parameter, format!("a time of {milliseconds} ms"))),
    }
}

/// Fills a buffer of C++ with an address and its NUL; an empty buffer is one that is not wanted.
fn fill_address(info: Result<(String, u16), Error>, buffer: &mut [u8], port: &mut u32) -> Result<(), Error> {
    if let Some(first) = buffer.first_mut() {
        *first = 0;
    }
    let (text, number) = info?;
    *port = number.into();
    if buffer.is_empty() {
        return Ok(());
    }
    let Some((target, [end, ..])) = buffer.split_at_mut_checked(text.len()) else {
        return Err(Error::new(Code::Parameter, "the buffer is too small for the address"));
    };
    target.copy_from_slice(text.as_bytes());
    *end = 0;
    Ok(())
}

fn socket_options_view(options: &SocketOptions) -> SocketOptionsView {
    SocketOptionsView {
        send_buffer_bytes: options.send_buffer_bytes,
        receive_buffer_bytes: options.receive_buffer_bytes,
        no_delay: options.no_delay,
    }
}

fn milliseconds(time: Duration) -> i32 {
    i32::try_from(time.as_millis()).unwrap_or(i32::MAX)
}

fn duration(milliseconds: i32) -> Result<Duration, Error> {
    match u64::try_from(milliseconds) {
        Ok(milliseconds @ 1..) => Ok(Duration::from_millis(milliseconds)),
        _ => Err(Error::new(Code::Parameter, format!("a time of {milliseconds} ms"))),
    }
}

#[cfg(unix)]
pub(super) fn path_of(path: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    PathBuf::from(std::ffi::OsStr::from_bytes(path))
}

#[cfg(not(unix))]
pub(super) fn path_of(path: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(path).into_owned())
}

/// AE titles separated by backslashes, which none of them has.
fn titles(text: &[u8]) -> Result<Vec<AeTitle>, Error> {
    let title = |part| AeTitle::new(part).map_err(|error| Error::new(Code::Parameter, error.to_string()));
    parts(text).map(title).collect()
}

fn parts(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\\').filter(|part| !part.is_empty())
}
