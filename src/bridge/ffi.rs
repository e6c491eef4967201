//! What Rust and C++ know of each other. Declarations only.
//!
//! The C++ names are those of `cpp/hook_sink.h`; the Rust functions are documented where they are defined.

// SAFETY: of the code that cxx generates: the declarations in `unsafe extern "C++"` are true of HookSink. Each method is
// const and noexcept, may be called on any thread, and keeps none of its arguments; all of that is promised in
// cpp/hook_sink.h, and the types are checked by the C++ compiler against the generated header.
#![allow(unsafe_code)]

use super::associate::{AssociateObject, associate_new};
use super::command::{
    command_elements, command_has, command_raw, command_remove, command_set_clone, command_set_init,
    command_set_new, command_set_raw, command_set_text, command_sop_class, command_sop_instance,
    command_tags, command_text, command_u16,
};
use super::data_set::{DataSetObject, data_set_encoded, data_set_new};
use super::data_set_elements::{decimal_string, double_text, float_text, parse_decimal, standard_vr};
use super::hooks::{log_hook_exception, log_late_close};
use super::net::{
    NetHandle, breathe, default_socket_options, event_handle, net_new, shut_down, start_up, wait,
};
use super::uids::uid_file_read;
use crate::dimse::CommandSet;

pub(super) use bridge::*;

#[allow(
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    unused_qualifications,
    clippy::needless_lifetimes
)]
#[cxx::bridge(namespace = "ldicomnet::detail")]
mod bridge {
    /// How the call of a hook ended.
    #[derive(Debug)]
    #[repr(u8)]
    enum HookEnd {
        /// The user's function returned.
        Done,
        /// The life that the call belongs to is over, or the object gone: nothing was called.
        Refused,
        /// The user's function left by an exception, which is logged.
        Threw,
    }

    /// What an object shows that is asked to show the negotiated association.
    #[derive(Debug)]
    #[repr(u8)]
    enum NegotiatedShown {
        /// There is none: the object is as it was.
        Nothing,
        /// The one it was given the last time; what was changed in it since is kept.
        Same,
        /// Another one.
        Another,
    }

    /// A connection that has arrived, for OnCondition.
    struct ConnectionView<'a> {
        peer_address: &'a [u8],
        peer_port: u16,
        local_address: &'a [u8],
        local_port: u16,
        clients: u32,
        pending: u32,
    }

    /// A message, for OnReceiveData and the hook of its command.
    struct MessageView<'a> {
        presentation_context_id: u8,
        /// 0, which is no command, where there is none.
        command_field: u16,
        /// It has what its command must have, so that the command's hook can rely on it.
        is_whole: bool,
        command: &'a CommandSet,
        /// Null where there is none. Valid for the time of the call.
        data_set: *const DataSetObject,
    }

    /// What a sender's command set is made of. What its command does not have is not looked at.
    struct DimseView<'a> {
        command_field: u16,
        /// Its own, of a request; that of the request, of a response and a C-CANCEL-RQ.
        message_id: u16,
        sop_class: &'a [u8],
        /// Empty where it is left out.
        sop_instance: &'a [u8],
        priority: u16,
        status: u16,
        /// The type of event or of action.
        type_id: u16,
        /// The destination of a C-MOVE; the originator of the C-MOVE that a C-STORE belongs to, or empty.
        move_title: &'a [u8],
        move_message_id: u16,
        remaining: u16,
        completed: u16,
        failed: u16,
        warning: u16,
        attributes: &'a [u32],
    }

    /// DICOMSOCKETOPTIONS without its size.
    struct SocketOptionsView {
        send_buffer_bytes: i32,
        receive_buffer_bytes: i32,
        no_delay: bool,
    }

    /// DICOMNETTIMEOUTS without its size: milliseconds.
    struct TimeoutsView {
        connect_ms: i32,
        artim_ms: i32,
        response_ms: i32,
        linger_ms: i32,
        stall_ms: i32,
    }

    /// Limits of a listener; lists are texts separated by backslashes.
    struct LimitsView<'a> {
        associations_max: u32,
        per_address_max: u32,
        per_calling_title_max: u32,
        requests_per_second_max: u32,
        calling_titles: &'a [u8],
        called_titles: &'a [u8],
        networks: &'a [u8],
    }

    /// What secure connections are made with.
    struct TlsView<'a> {
        /// DICOM_TLS_PROFILE_*
        profile: u8,
        /// 12 or 13.
        minimum_version: u8,
        /// L_SSL_VERIFY_*
        verify: u8,
        verify_name: bool,
        /// How many issuers at most; `u32::MAX` is no limit.
        verify_depth: u32,
        /// Paths, each ended by a NUL.
        authorities: &'a [u8],
        revocation_lists: &'a [u8],
        /// Of TLS 1.2, by their numbers on the wire.
        cipher_suites: &'a [u16],
        key_log: bool,
        handshake_timeout_ms: u32,
    }

    /// A user identity; `kind` 0 where there is none.
    struct UserIdentityView<'a> {
        kind: u8,
        response_requested: bool,
        primary: &'a [u8],
        secondary: &'a [u8],
    }

    /// The answer to a user identity.
    struct UserIdentityResponseView<'a> {
        is_present: bool,
        bytes: &'a [u8],
    }

    /// What an element of a data set consists of.
    #[derive(Debug)]
    #[repr(u8)]
    enum ElementKind {
        /// There is no such element.
        Absent,
        /// A value.
        Value,
        /// Items.
        Sequence,
        /// Elements.
        Item,
        /// Fragments of encapsulated pixel data.
        Fragments,
        /// Bytes of encapsulated pixel data.
        Fragment,
    }

    /// An element of a data set as it is now.
    #[derive(Clone, Copy)]
    struct ElementView {
        tag: u32,
        vr: u16,
        /// As encoded; `u32::MAX` is undefined.
        length: u32,
        offset: u64,
        value_offset: u64,
        value_length: u64,
        kind: ElementKind,
    }

    /// A UID of a file of UIDs; `kind` is a UID_TYPE_*.
    struct UidView {
        code: Vec<u8>,
        name: Vec<u8>,
        kind: u16,
    }

    /// What is in a file of UIDs, if `code` is no error.
    struct UidFile {
        code: i32,
        uids: Vec<UidView>,
    }

    /// A C-STORE request whose data set is about to come in, for OnStoreBegin.
    struct StoreView<'a> {
        presentation_context_id: u8,
        message_id: u16,
        sop_class: &'a [u8],
        sop_instance: &'a [u8],
        transfer_syntax: &'a [u8],
        calling: &'a [u8],
        called: &'a [u8],
        peer_address: &'a [u8],
        /// Empty where it is of no C-MOVE.
        move_originator: &'a [u8],
        move_message_id: u16,
        command: &'a CommandSet,
    }

    /// DICOMSTOREOPTIONS.
    #[derive(Clone, Copy, Default)]
    struct StoreOptionsView {
        sync: bool,
        memory_bytes_max: u32,
        data_set_bytes_max: u64,
        spool_bytes_max: u64,
    }

    unsafe extern "C++" {
        include!("hook_sink.h");

        type HookSink;

        #[cxx_name = "OnCondition"]
        fn on_condition(
            self: &HookSink,
            generation: u32,
            connection: &ConnectionView<'_>,
            answer: &mut i32,
        ) -> HookEnd;
        #[cxx_name = "OnAccept"]
        fn on_accept(self: &HookSink, generation: u32, code: i32) -> HookEnd;
        #[cxx_name = "OnConnect"]
        fn on_connect(self: &HookSink, generation: u32, code: i32) -> HookEnd;
        #[cxx_name = "OnClose"]
        fn on_close(self: &HookSink, generation: u32, code: i32, client: &SharedPtr<HookSink>) -> HookEnd;
        #[cxx_name = "OnReceive"]
        fn on_receive(self: &HookSink, generation: u32, code: i32, pdu_type: u8, bytes: &[u8]) -> HookEnd;
        #[cxx_name = "OnSend"]
        fn on_send(self: &HookSink, generation: u32, code: i32, pdu_type: u8, bytes: u32) -> HookEnd;
        #[cxx_name = "OnSendExt"]
        fn on_send_ext(self: &HookSink, generation: u32, code: i32, pdu_type: u8, bytes: &[u8]) -> HookEnd;
        #[cxx_name = "OnBeforeSendCommandSet"]
        fn on_before_send_command_set(self: &HookSink, generation: u32, command: &mut CommandSet) -> HookEnd;
        #[cxx_name = "OnAssociateRequest"]
        fn on_associate_request(self: &HookSink, generation: u32, associate: Box<AssociateObject>)
        -> HookEnd;
        #[cxx_name = "OnAssociateAccept"]
        fn on_associate_accept(self: &HookSink, generation: u32, associate: Box<AssociateObject>) -> HookEnd;
        #[cxx_name = "OnAssociateReject"]
        fn on_associate_reject(
            self: &HookSink,
            generation: u32,
            result: u8,
            source: u8,
            reason: u8,
        ) -> HookEnd;
        #[cxx_name = "OnReleaseRequest"]
        fn on_release_request(self: &HookSink, generation: u32) -> HookEnd;
        #[cxx_name = "OnReleaseResponse"]
        fn on_release_response(self: &HookSink, generation: u32) -> HookEnd;
        #[cxx_name = "OnAbort"]
        fn on_abort(self: &HookSink, generation: u32, source: u8, reason: u8) -> HookEnd;
        #[cxx_name = "OnSecureLinkReady"]
        fn on_secure_link_ready(self: &HookSink, generation: u32, code: i32) -> HookEnd;
        #[cxx_name = "OnPrivateKeyPassword"]
        fn on_private_key_password(self: &HookSink, generation: u32, password: &mut [u8]) -> i32;
        #[cxx_name = "OnVerify"]
        fn on_verify(
            self: &HookSink,
            generation: u32,
            certificate: &str,
            number: i32,
            words: &str,
            taken: &mut bool,
        ) -> HookEnd;
        #[cxx_name = "OnStoreBegin"]
        fn on_store_begin(
            self: &HookSink,
            generation: u32,
            store: &StoreView<'_>,
            answer: &mut i32,
            path: &mut [u8],
        ) -> HookEnd;
        #[cxx_name = "OnData"]
        fn on_data(self: &HookSink, generation: u32, message: &MessageView<'_>) -> HookEnd;
        #[cxx_name = "OnMessage"]
        fn on_message(self: &HookSink, generation: u32, message: &MessageView<'_>) -> HookEnd;
        #[cxx_name = "Retire"]
        fn retire(self: &HookSink, generation: u32);
    }

    extern "Rust" {
        fn log_hook_exception(hook: &[u8], what: &[u8]);
        fn log_late_close();

        fn start_up() -> i32;
        fn shut_down();
        fn breathe();
        fn wait(timeout_ms: i32) -> bool;
        fn event_handle() -> i64;

        type NetHandle;
        fn net_new(sink: SharedPtr<HookSink>) -> Box<NetHandle>;
        fn listen(self: &NetHandle, host: &[u8], port: u32, backlog: i32, ip_type: i32) -> i32;
        fn connect(
            self: &NetHandle,
            local_host: &[u8],
            local_port: u32,
            peer_host: &[u8],
            peer_port: u32,
            ip_type: i32,
        ) -> i32;
        fn connect_wait(
            self: &NetHandle,
            local_host: &[u8],
            local_port: u32,
            peer_host: &[u8],
            peer_port: u32,
            ip_type: i32,
            timeout_ms: i32,
        ) -> i32;
        fn accept(self: &NetHandle, client: &NetHandle) -> i32;
        fn accept_wait(self: &NetHandle, client: &NetHandle, timeout_ms: i32) -> i32;
        fn reject(self: &NetHandle) -> i32;
        fn pending_count(self: &NetHandle) -> u32;
        fn close(self: &NetHandle);
        fn close_for_good(self: &NetHandle);
        fn close_forced(self: &NetHandle);
        fn server_close(self: &NetHandle);
        fn associate_request(self: &NetHandle, associate: &AssociateObject) -> i32;
        fn associate_accept(self: &NetHandle, associate: &AssociateObject) -> i32;
        fn associate_reject(self: &NetHandle, result: u8, source: u8, reason: u8) -> i32;
        fn release_request(self: &NetHandle) -> i32;
        fn release_response(self: &NetHandle) -> i32;
        fn abort(self: &NetHandle, source: u8, reason: u8) -> i32;
        fn send_message(self: &NetHandle, presentation_context_id: u8, command: &CommandSet) -> i32;
        fn send_message_with(
            self: &NetHandle,
            presentation_context_id: u8,
            command: &CommandSet,
            data_set: &DataSetObject,
        ) -> i32;
        fn send_dimse(self: &NetHandle, presentation_context_id: u8, message: &DimseView<'_>) -> i32;
        fn send_dimse_with(
            self: &NetHandle,
            presentation_context_id: u8,
            message: &DimseView<'_>,
            data_set: &DataSetObject,
        ) -> i32;
        fn answer_by_default(self: &NetHandle);
        fn is_activated(self: &NetHandle) -> bool;
        fn is_connected(self: &NetHandle) -> bool;
        fn is_associated(self: &NetHandle) -> bool;
        fn queued_bytes(self: &NetHandle) -> u32;
        fn server(self: &NetHandle) -> SharedPtr<HookSink>;
        fn client_count(self: &NetHandle) -> u32;
        fn client(self: &NetHandle, index: u32) -> SharedPtr<HookSink>;
        fn host_info(self: &NetHandle, address: &mut [u8], port: &mut u32) -> i32;
        fn peer_info(self: &NetHandle, address: &mut [u8], port: &mut u32) -> i32;
        fn negotiated(self: &NetHandle, associate: &mut AssociateObject) -> NegotiatedShown;
        fn set_path(self: &NetHandle, path: &[u8]);
        fn set_dispatch_mode(self: &NetHandle, mode: i32) -> i32;
        fn default_socket_options() -> SocketOptionsView;
        fn socket_options(self: &NetHandle) -> SocketOptionsView;
        fn set_socket_options(self: &NetHandle, options: &SocketOptionsView) -> i32;
        fn timeouts(self: &NetHandle) -> TimeoutsView;
        fn store_options(self: &NetHandle) -> StoreOptionsView;
        fn set_store_options(self: &NetHandle, options: &StoreOptionsView);
        fn set_asynchronous_operations(self: &NetHandle, used: bool);
        fn set_limits(self: &NetHandle, limits: &LimitsView<'_>) -> i32;
        fn set_tls(self: &NetHandle, tls: &TlsView<'_>) -> i32;
        fn load_identity(
            self: &NetHandle,
            is_server: bool,
            certificate: &[u8],
            key: &[u8],
            is_der: bool,
        ) -> i32;
        fn cipher_suite(self: &NetHandle) -> u16;
        fn handshake(self: &NetHandle) -> u32;
        fn flags(self: &NetHandle) -> u32;
        fn set_flags(self: &NetHandle, flags: u32);
        fn saves_memory(self: &NetHandle) -> bool;
        fn set_saves_memory(self: &NetHandle, saves: bool);
        fn set_shares(self: &NetHandle, shares: bool);
        fn set_timeouts(self: &NetHandle, timeouts: &TimeoutsView) -> i32;
        fn set_debug_mode(self: &NetHandle, mode: u32) -> u32;
        fn set_send_at_once(self: &NetHandle, at_once: bool);

        type AssociateObject;
        fn associate_new(is_request: bool) -> Box<AssociateObject>;
        fn duplicate(self: &AssociateObject) -> Box<AssociateObject>;
        fn reset(self: &mut AssociateObject, is_request: bool);
        fn set_default_contexts(self: &mut AssociateObject);
        fn is_request(self: &AssociateObject) -> bool;
        fn set_request(self: &mut AssociateObject, is_request: bool);
        fn version(self: &AssociateObject) -> u16;
        fn set_version(self: &mut AssociateObject, version: u16);
        fn called(self: &AssociateObject) -> &[u8];
        fn set_called(self: &mut AssociateObject, title: &[u8]) -> i32;
        fn calling(self: &AssociateObject) -> &[u8];
        fn set_calling(self: &mut AssociateObject, title: &[u8]) -> i32;
        fn application(self: &AssociateObject) -> &[u8];
        fn set_application(self: &mut AssociateObject, uid: &[u8]) -> i32;
        fn context_count(self: &AssociateObject) -> i32;
        fn context_id(self: &AssociateObject, index: i32) -> u8;
        fn set_context_id(self: &mut AssociateObject, index: i32, id: u8) -> i32;
        fn add_context(self: &mut AssociateObject, id: u8, result: u8, abstract_syntax: &[u8]) -> i32;
        fn remove_context(self: &mut AssociateObject, id: u8);
        fn result(self: &AssociateObject, id: u8) -> u8;
        fn set_result(self: &mut AssociateObject, id: u8, result: u8) -> i32;
        fn abstract_syntax(self: &AssociateObject, id: u8) -> &[u8];
        fn set_abstract_syntax(self: &mut AssociateObject, id: u8, uid: &[u8]) -> i32;
        fn find_abstract_syntax(self: &AssociateObject, uid: &[u8]) -> u8;
        fn find_next_abstract_syntax(self: &AssociateObject, after_id: u8, uid: &[u8]) -> u8;
        fn abstract_syntax_count(self: &AssociateObject, uid: &[u8]) -> i32;
        fn transfer_syntax_count(self: &AssociateObject, id: u8) -> i32;
        fn transfer_syntax(self: &AssociateObject, id: u8, index: i32) -> &[u8];
        fn set_transfer_syntax(self: &mut AssociateObject, id: u8, index: i32, uid: &[u8]) -> i32;
        fn add_transfer_syntax(self: &mut AssociateObject, id: u8, uid: &[u8]) -> i32;
        fn remove_transfer_syntax(self: &mut AssociateObject, id: u8, index: i32);
        fn role_selection(self: &AssociateObject, id: u8, scu_role: &mut u8, scp_role: &mut u8) -> bool;
        fn set_role_selection(
            self: &mut AssociateObject,
            id: u8,
            enabled: bool,
            scu_role: u8,
            scp_role: u8,
        ) -> i32;
        fn extended_negotiation(self: &AssociateObject, id: u8) -> &[u8];
        fn extended_negotiation_mut(self: &mut AssociateObject, id: u8) -> &mut [u8];
        fn set_extended_negotiation(self: &mut AssociateObject, id: u8, information: &[u8]) -> i32;
        fn maximum_length(self: &AssociateObject, length: &mut u32) -> bool;
        fn set_maximum_length(self: &mut AssociateObject, enabled: bool, length: u32) -> i32;
        fn implementation_class(self: &AssociateObject) -> &[u8];
        fn has_implementation_class(self: &AssociateObject) -> bool;
        fn set_implementation_class(self: &mut AssociateObject, enabled: bool, uid: &[u8]) -> i32;
        fn implementation_version(self: &AssociateObject) -> &[u8];
        fn has_implementation_version(self: &AssociateObject) -> bool;
        fn set_implementation_version(self: &mut AssociateObject, enabled: bool, name: &[u8]) -> i32;
        fn asynchronous_operations(self: &AssociateObject, invoked: &mut u16, performed: &mut u16) -> bool;
        fn set_asynchronous_operations(
            self: &mut AssociateObject,
            enabled: bool,
            invoked: u16,
            performed: u16,
        );
        unsafe fn user_identity<'a>(self: &'a mut AssociateObject) -> UserIdentityView<'a>;
        fn set_user_identity(
            self: &mut AssociateObject,
            kind: u8,
            response_requested: bool,
            primary: &[u8],
            secondary: &[u8],
        ) -> i32;
        unsafe fn user_identity_response<'a>(self: &'a mut AssociateObject) -> UserIdentityResponseView<'a>;
        fn set_user_identity_response(self: &mut AssociateObject, enabled: bool, response: &[u8]) -> i32;
        fn user_item_count(self: &AssociateObject) -> i32;
        fn user_item_type(self: &AssociateObject, index: i32) -> u8;
        fn user_item(self: &AssociateObject, index: i32) -> &[u8];
        fn user_item_mut(self: &mut AssociateObject, index: i32) -> &mut [u8];
        fn set_user_item(self: &mut AssociateObject, index: i32, item_type: u8, data: &[u8]) -> i32;
        fn add_user_item(self: &mut AssociateObject, item_type: u8, data: &[u8]) -> i32;
        fn remove_user_item(self: &mut AssociateObject, index: i32);

        type CommandSet;
        fn command_set_new() -> Box<CommandSet>;
        fn command_set_init(command_field: u16) -> Box<CommandSet>;
        fn command_set_clone(command: &CommandSet) -> Box<CommandSet>;
        fn command_elements(command: &CommandSet) -> Vec<u16>;
        fn command_has(command: &CommandSet, element: u16) -> bool;
        fn command_u16(command: &CommandSet, element: u16, missing: u16) -> u16;
        fn command_text(command: &CommandSet, element: u16) -> &[u8];
        fn command_tags(command: &CommandSet, element: u16) -> Vec<u32>;
        fn command_sop_class(command: &CommandSet) -> &[u8];
        fn command_sop_instance(command: &CommandSet) -> &[u8];
        fn command_raw(command: &CommandSet, element: u16) -> &[u8];
        fn command_set_raw(command: &mut CommandSet, element: u16, value: &[u8]);
        fn command_set_text(command: &mut CommandSet, element: u16, text: &[u8]);
        fn command_remove(command: &mut CommandSet, element: u16);

        type DataSetObject;
        fn data_set_new(transfer_syntax: &[u8]) -> Box<DataSetObject>;
        fn data_set_encoded(bytes: &[u8]) -> Box<DataSetObject>;
        fn duplicate(self: &DataSetObject) -> Box<DataSetObject>;
        fn is_blank(self: &DataSetObject) -> bool;
        fn transfer_syntax(self: &DataSetObject) -> Vec<u8>;
        fn flags(self: &DataSetObject) -> u16;
        fn parse(self: &DataSetObject) -> i32;
        fn encoded(self: &DataSetObject) -> &[u8];
        fn load_file(self: &mut DataSetObject, path: &[u8], flags: u16, directory: &[u8]) -> i32;
        fn load_memory(self: &mut DataSetObject, bytes: &[u8], flags: u16, directory: &[u8]) -> i32;
        fn save(self: &DataSetObject, path: &[u8], flags: u16, transfer_syntax: &[u8]) -> i32;
        fn change_transfer_syntax(self: &mut DataSetObject, uid: &[u8]) -> i32;
        fn preamble(self: &DataSetObject, out: &mut [u8]);
        fn set_preamble(self: &mut DataSetObject, bytes: &[u8]);
        fn element(self: &DataSetObject, id: u64) -> ElementView;
        fn exists(self: &DataSetObject, id: u64) -> bool;
        fn first(self: &DataSetObject, of: u64, tree: bool) -> u64;
        fn last(self: &DataSetObject, of: u64, tree: bool) -> u64;
        fn next(self: &DataSetObject, id: u64, tree: bool) -> u64;
        fn prev(self: &DataSetObject, id: u64, tree: bool) -> u64;
        fn parent(self: &DataSetObject, id: u64) -> u64;
        fn child(self: &DataSetObject, id: u64) -> u64;
        fn root_of(self: &DataSetObject, id: u64) -> u64;
        fn level(self: &DataSetObject, id: u64) -> u32;
        fn find_first(self: &DataSetObject, within: u64, tag: u32, tree: bool) -> u64;
        fn find_last(self: &DataSetObject, within: u64, tag: u32, tree: bool) -> u64;
        fn find_next(self: &DataSetObject, id: u64, tree: bool) -> u64;
        fn find_prev(self: &DataSetObject, id: u64, tree: bool) -> u64;
        fn find_first_descendant(self: &DataSetObject, parent: u64, tag: u32, next_level_only: bool) -> u64;
        fn find_next_descendant(self: &DataSetObject, parent: u64, id: u64, next_level_only: bool) -> u64;
        fn insert(
            self: &mut DataSetObject,
            neighbor: u64,
            as_child: bool,
            tag: u32,
            vr: u16,
            is_sequence: bool,
            index: u32,
        ) -> u64;
        fn remove(self: &mut DataSetObject, id: u64) -> u64;
        fn copy_from(
            self: &mut DataSetObject,
            dst_parent: u64,
            src: &DataSetObject,
            src_parent: u64,
            skipped: &[u64],
        ) -> i32;
        fn read(self: &DataSetObject, id: u64, start: u64, out: &mut [u8]) -> i32;
        fn write(self: &mut DataSetObject, id: u64, value: &[u8]) -> i32;
        fn count(self: &DataSetObject, id: u64) -> u32;
        fn texts(self: &DataSetObject, id: u64, out: &mut Vec<u8>) -> bool;
        fn set_texts(self: &mut DataSetObject, id: u64, texts: &[u8], count: u32, character_set: u32) -> i32;
        fn standard_vr(tag: u32) -> u16;
        fn decimal_string(number: f64) -> Vec<u8>;
        fn float_text(number: f32) -> Vec<u8>;
        fn double_text(number: f64) -> Vec<u8>;
        fn parse_decimal(text: &[u8]) -> f64;

        fn uid_file_read(path: &[u8]) -> UidFile;
    }

    impl SharedPtr<HookSink> {}
}

// SAFETY: HookSink is made for any thread: its state is behind a mutex, and it is destroyed wherever the last SharedPtr goes.
// What it points to, the user's object, is reached only while the sink knows it alive.
unsafe impl Send for HookSink {}
// SAFETY: as above; every method is const and locks.
unsafe impl Sync for HookSink {}
