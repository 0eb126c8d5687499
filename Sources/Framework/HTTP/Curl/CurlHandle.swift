internal import CCurl
internal import Platform

/// A handle of libcurl, reused for one exchange after another, with the memory that it refers to.
final class CurlHandle {
    let pointer: OpaquePointer
    private let library: CurlLibrary
    private let errorBuffer: UnsafeMutablePointer<CChar>
    private var list: OpaquePointer?

    /// Nil if memory is insufficient.
    init?(_ library: CurlLibrary) {
        guard let pointer = library.functions.pointee.easy_init() else { return nil }
        self.pointer = pointer
        self.library = library
        // CURL_ERROR_SIZE
        errorBuffer = .allocate(capacity: 256)
        errorBuffer.initialize(repeating: 0, count: 256)
    }

    deinit {
        library.functions.pointee.easy_cleanup(pointer)
        library.functions.pointee.slist_free_all(list)
        errorBuffer.deallocate()
    }

    /// Resets all options and releases what belonged to the last exchange.
    func reset() {
        library.functions.pointee.easy_reset(pointer)
        library.functions.pointee.slist_free_all(list)
        list = nil
        errorBuffer[0] = 0
        _ = curl_set_pointer(library.functions, pointer, CurlOption.errorBuffer.rawValue, errorBuffer)
    }

    /// The library's message about the last error.
    var errorText: String { String(cString: errorBuffer) }

    /// A number that is available when an exchange is complete.
    func number(_ info: CurlInfo) -> Int { curl_info_number(library.functions, pointer, info.rawValue) }

    /// Sets a mandatory option.
    ///
    /// - Throws: `unavailable` if the library does not support it.
    func set(_ option: CurlOption, to number: Int) throws(AnswerFlaw) {
        try check(curl_set_number(library.functions, pointer, option.rawValue, number), for: option)
    }

    /// Sets a mandatory option; nil resets it.
    func set(_ option: CurlOption, to text: String?) throws(AnswerFlaw) {
        try check(curl_set_text(library.functions, pointer, option.rawValue, text), for: option)
    }

    /// Sets an optional option, which older libraries lack.
    func offer(_ option: CurlOption, value number: Int) {
        _ = curl_set_number(library.functions, pointer, option.rawValue, number)
    }

    /// Sets the context pointer of callbacks.
    func set(_ option: CurlOption, to context: UnsafeMutableRawPointer) throws(AnswerFlaw) {
        try check(curl_set_pointer(library.functions, pointer, option.rawValue, context), for: option)
    }

    /// Sets a callback that receives bytes.
    func set(_ option: CurlOption, to receiver: CurlReceiver) throws(AnswerFlaw) {
        try check(curl_set_receiver(library.functions, pointer, option.rawValue, receiver), for: option)
    }

    /// Sets the callback before a request is sent.
    func set(gate: CurlGate) throws(AnswerFlaw) {
        try check(curl_set_gate(library.functions, pointer, CurlOption.gate.rawValue, gate), for: .gate)
    }

    /// Sets the callback that opens sockets.
    func set(opener: CurlSocketOpener) throws(AnswerFlaw) {
        try check(
            curl_set_opener(library.functions, pointer, CurlOption.socketOpener.rawValue, opener),
            for: .socketOpener
        )
    }

    /// Sets the body; the library copies it.
    func set(body: [UInt8]) throws(AnswerFlaw) {
        try check(
            curl_set_size(library.functions, pointer, CurlOption.bodySize.rawValue, Int64(body.count)),
            for: .bodySize
        )
        let code = body.withUnsafeBytes { bytes in
            // A null pointer would mean that nothing is copied.
            withUnsafeBytes(of: 0 as UInt8) { none in
                curl_set_pointer(
                    library.functions,
                    pointer,
                    CurlOption.copiedBody.rawValue,
                    bytes.baseAddress ?? none.baseAddress
                )
            }
        }
        try check(code, for: .copiedBody)
    }

    /// Sets the header lines.
    func set(headers lines: [String]) throws(AnswerFlaw) {
        for line in lines {
            guard let longer = library.functions.pointee.slist_append(list, line) else {
                throw AnswerFlaw(.unavailable, words: "there is not enough memory")
            }
            list = longer
        }
        let code = curl_set_pointer(
            library.functions,
            pointer,
            CurlOption.headers.rawValue,
            list.map { UnsafeRawPointer($0) }
        )
        try check(code, for: .headers)
    }

    private func check(_ code: Int32, for option: CurlOption) throws(AnswerFlaw) {
        guard code != CurlCode.ok else { return }
        if code == CurlCode.outOfMemory { throw AnswerFlaw(.unavailable, words: "there is not enough memory") }
        throw AnswerFlaw(.unavailable, words: "libcurl refuses \(option.words): \(reason(code))")
    }

    /// The library's description of a code; it contains nothing of a request.
    func reason(_ code: Int32) -> String { String(cString: library.functions.pointee.easy_strerror(code)) }
}
