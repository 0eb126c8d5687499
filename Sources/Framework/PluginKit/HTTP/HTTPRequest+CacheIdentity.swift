extension HTTPRequest {
    /// The identity of the answer and its form in a cache; nil if it must not be cached.
    ///
    /// The key covers what is asked and who asks: the address and all header fields, including credentials. Only `GET`
    /// requests have one, and only if they are neither conditional nor for a part of a resource.
    ///
    /// - Parameter reading: Turns the response into the value that the caller wants.
    /// - Returns: The identity and the form; nil if the answer must not be cached.
    func cacheIdentity<Answer>(
        reading: @escaping @Sendable (HTTPResponse) throws -> Answer
    ) -> CacheIdentity<HTTPAnswer<Answer>>? {
        let control = CacheControl(headers)
        guard method == .get, body.isEmpty, !control.contains("no-store"), !control.contains("no-cache"),
            !isConditional, headers["Range"] == nil
        else { return nil }
        var digest = CacheKeyDigest()
        // The number is the version of the form below: increasing it invalidates everything cached before.
        digest.add("exchange 1")
        digest.add(method.rawValue)
        digest.add(url.description)
        for (name, value) in headers.fields.map({ ($0.name.lowercased(), $0.value) }).sorted(by: <) {
            digest.add(name)
            digest.add(value)
        }
        return CacheIdentity(key: digest.key, subject: url.host, keeping: { Cacheability($0.response) }) { answer in
            var writer = StateWriter()
            answer.response.write(to: &writer)
            return writer.bytes
        } decode: { bytes in
            var reader = StateReader(bytes)
            let response = try HTTPResponse(from: &reader)
            guard reader.isAtEnd else { throw StateReader.damaged }
            return HTTPAnswer(response: response, value: try reading(response))
        }
    }

    /// Whether the request is conditional: the server is to answer in full only if the resource has changed.
    var isConditional: Bool { headers["If-None-Match"] != nil || headers["If-Modified-Since"] != nil }

    /// The request made conditional with the validators of a cached response (RFC 9110 §13.1); nil if it has none.
    func asking(about kept: HTTPResponse) -> HTTPRequest? {
        var request = self
        if let tag = kept.headers["ETag"] {
            request.headers["If-None-Match"] = tag
        } else if let time = kept.headers["Last-Modified"] {
            request.headers["If-Modified-Since"] = time
        } else {
            return nil
        }
        return request
    }
}

extension HTTPResponse {
    /// The cached response with the header fields of a `304` answer (RFC 9111 §4.3.4); nil if the answer is another
    /// one.
    func renewed(by answer: HTTPResponse) -> HTTPResponse? {
        guard answer.status == 304 else { return nil }
        var renewed = self
        // The old `Age` does not apply to the renewed response.
        renewed.headers["Age"] = nil
        let fields = answer.headers.fields.filter { $0.name.lowercased() != "content-length" }
        // A name may occur several times: remove all old fields before adding the first new one.
        for field in fields { renewed.headers[field.name] = nil }
        for field in fields { renewed.headers.append(field) }
        return renewed
    }

    fileprivate func write(to writer: inout StateWriter) {
        writer.write(Int64(status))
        writer.write(Int64(headers.fields.count))
        for field in headers.fields {
            field.name.write(to: &writer)
            field.value.write(to: &writer)
        }
        writer.write(body)
    }

    fileprivate init(from reader: inout StateReader) throws {
        let status = Int(truncatingIfNeeded: try reader.readInteger())
        var fields: [HTTPHeaders.Field] = []
        for _ in 0..<(try reader.readCount()) {
            fields.append(HTTPHeaders.Field(try String(from: &reader), value: try String(from: &reader)))
        }
        self.init(status: status, headers: HTTPHeaders(fields), body: try reader.readBytes())
    }
}
