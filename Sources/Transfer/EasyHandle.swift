import CCurl

/// One transfer of libcurl, owned: a thin, typed door to `curl_easy_*`.
///
/// A handle stays on the thread that made it. libcurl copies every string and, for lists, keeps the pointer, so the
/// handle keeps the lists.
struct EasyHandle: ~Copyable {
    private let curl: UnsafeMutableRawPointer
    private var lists: [UnsafeMutablePointer<curl_slist>] = []

    /// `curl_global_init` is to be called once, before anything else.
    private static let initialised = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Nil if libcurl cannot be initialised, which means that memory is short.
    init?() {
        guard Self.initialised, let curl = curl_easy_init() else { return nil }
        self.curl = curl
    }

    deinit {
        curl_easy_cleanup(curl)
        for list in lists { curl_slist_free_all(list) }
    }

    func set(_ option: CURLoption, _ value: Int) {
        _ = daybook_curl_set_long(curl, option, value)
    }

    func set(_ option: CURLoption, _ value: String) {
        _ = daybook_curl_set_string(curl, option, value)
    }

    func set(_ option: CURLoption, offset value: Int) {
        _ = daybook_curl_set_offset(curl, option, curl_off_t(value))
    }

    mutating func set(_ option: CURLoption, _ values: [String]) {
        var list: UnsafeMutablePointer<curl_slist>?
        for value in values {
            guard let longer = curl_slist_append(list, value) else { continue }
            list = longer
        }
        guard let list else { return }
        lists.append(list)
        _ = daybook_curl_set_list(curl, option, list)
    }

    /// Lends the bytes to libcurl; they must outlive the transfer.
    func set(_ option: CURLoption, bytes: UnsafeRawBufferPointer) {
        _ = daybook_curl_set_pointer(curl, option, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
    }

    /// The object that the callbacks get; it must outlive the transfer.
    func set(_ option: CURLoption, object: AnyObject) {
        _ = daybook_curl_set_pointer(curl, option, Unmanaged.passUnretained(object).toOpaque())
    }

    func set(
        _ option: CURLoption,
        call:
            @convention(c) (
                UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?
            ) -> Int
    ) {
        _ = daybook_curl_set_callback(curl, option, call)
    }

    func setProgress(
        _ call:
            @convention(c) (
                UnsafeMutableRawPointer?, curl_off_t, curl_off_t, curl_off_t, curl_off_t
            ) -> CInt
    ) {
        _ = daybook_curl_set_progress(curl, call)
    }

    func setOpenSocket(
        _ call:
            @convention(c) (
                UnsafeMutableRawPointer?, curlsocktype, UnsafeMutablePointer<curl_sockaddr>?
            ) -> curl_socket_t
    ) {
        _ = daybook_curl_set_open_socket(curl, call)
    }

    func perform() -> CURLcode { curl_easy_perform(curl) }

    /// The last status of HTTP or reply code of SMTP; 0 if there was none.
    var responseCode: UInt32 {
        var code = 0
        _ = daybook_curl_get_long(curl, CURLINFO_RESPONSE_CODE, &code)
        return UInt32(clamping: code)
    }

    /// Whether the connection stood, with its TLS, and the request could begin.
    var isConnected: Bool {
        var microseconds: curl_off_t = 0
        _ = daybook_curl_get_offset(curl, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
        return microseconds > 0
    }

    /// The value of a header of the last response; nil without one.
    func header(_ name: String) -> String? {
        var header: UnsafeMutablePointer<curl_header>?
        guard curl_easy_header(curl, name, 0, UInt32(CURLH_HEADER), -1, &header) == CURLHE_OK, let header else {
            return nil
        }
        return String(cString: header.pointee.value)
    }
}
