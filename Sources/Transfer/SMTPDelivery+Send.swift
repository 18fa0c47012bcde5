import CCurl

extension SMTPDelivery {
    /// Makes the delivery once, on a thread of its own. Cancelling the task ends it within about a second.
    public func send() async -> SMTPReport {
        await onOwnThread { cancellation in perform(SMTPExchange(self, cancellation)) }
    }

    private func perform(_ exchange: SMTPExchange) -> SMTPReport {
        func failed(_ kind: TransferFailure.Kind, _ detail: String) -> SMTPReport {
            SMTPReport(progress: .beforeEnd, code: 0, reply: "", failure: TransferFailure(kind, detail))
        }
        let words = [sender, recipient, login?.user ?? "", login?.password ?? ""]
        guard words.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7f } }) else {
            return failed(.invalid, "an address, the user or the password holds a control character")
        }
        guard !message.isEmpty else { return failed(.invalid, "the message is empty") }
        guard var handle = EasyHandle() else { return failed(.unreachable, "libcurl has no memory") }
        handle.set(CURLOPT_URL, url)
        handle.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        handle.set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        handle.set(CURLOPT_PROXY, "")
        handle.set(CURLOPT_NOSIGNAL, 1)
        handle.set(CURLOPT_CONNECTTIMEOUT_MS, Int(min(Self.connectMsMax, max(timeoutMs, 1))))
        handle.set(CURLOPT_TIMEOUT_MS, Int(clamping: max(timeoutMs, 1)))
        handle.set(CURLOPT_USE_SSL, Int((requiresTLS ? CURLUSESSL_ALL : CURLUSESSL_TRY).rawValue))
        if let login {
            handle.set(CURLOPT_USERNAME, login.user)
            handle.set(CURLOPT_PASSWORD, login.password)
        }
        handle.set(CURLOPT_MAIL_FROM, "<\(sender)>")
        handle.set(CURLOPT_MAIL_RCPT, ["<\(recipient)>"])
        handle.set(CURLOPT_UPLOAD, 1)
        handle.set(CURLOPT_INFILESIZE_LARGE, offset: message.count)
        handle.set(CURLOPT_READDATA, object: exchange)
        handle.set(CURLOPT_READFUNCTION) { buffer, size, count, context in
            SMTPExchange.of(context).hand(to: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
        }
        handle.set(CURLOPT_HEADERDATA, object: exchange)
        handle.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            SMTPExchange.of(context).hear(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        handle.set(CURLOPT_NOPROGRESS, 0)
        handle.set(CURLOPT_XFERINFODATA, object: exchange)
        handle.setProgress { context, _, _, _, _ in SMTPExchange.of(context).isOver ? 1 : 0 }
        // Else the farewell is said by another handle, which waits for its answer beyond every limit.
        handle.set(CURLOPT_FORBID_REUSE, 1)
        let code = handle.perform()
        // What our own clock ended is a matter of time, too.
        let cause = code == CURLE_ABORTED_BY_CALLBACK && !exchange.isCancelled ? CURLE_OPERATION_TIMEDOUT : code
        return SMTPReport(
            progress: exchange.progress, code: exchange.code, reply: exchange.reply,
            failure: TransferFailure.of(cause, connected: exchange.code > 0, host: TransferFailure.host(of: url)))
    }
}

/// What the callbacks of one delivery share. It is used on one thread only.
private final class SMTPExchange {
    /// Of a reply, in bytes, as far as it is kept.
    static let replyBytesMax = 4_096

    private let cancellation: Cancellation
    private let deadline: ContinuousClock.Instant
    private let message: [UInt8]
    private var handed = 0
    /// The lines of the reply that is being heard, or was heard last.
    private(set) var reply = ""
    private(set) var code: UInt32 = 0
    private var replyIsComplete = true
    private(set) var progress: SMTPReport.Progress = .beforeEnd

    init(_ delivery: SMTPDelivery, _ cancellation: Cancellation) {
        message = delivery.message
        deadline = .now + .milliseconds(Int64(clamping: delivery.timeoutMs))
        self.cancellation = cancellation
    }

    /// Whether the caller gave up, or the time is up: libcurl's own limit does not cover the farewell.
    var isOver: Bool { isCancelled || ContinuousClock.now > deadline }

    var isCancelled: Bool { cancellation.isSet }

    static func of(_ context: UnsafeMutableRawPointer?) -> SMTPExchange {
        guard let context else { preconditionFailure("libcurl hands back the pointer that it was given") }
        return Unmanaged<SMTPExchange>.fromOpaque(context).takeUnretainedValue()
    }

    /// Hands out the message, its last byte alone: libcurl asks for that only after all before it has left, so as
    /// long as it has not asked, the server cannot have seen the end.
    func hand(to buffer: UnsafeMutableRawBufferPointer) -> Int {
        let left = message.count - handed
        guard left > 0 else { return 0 }
        let count = left == 1 ? 1 : min(left - 1, buffer.count)
        buffer.copyBytes(from: message[handed..<handed + count])
        handed += count
        if handed == message.count { progress = .endWithoutReply }
        return count
    }

    /// Hears one line of a reply: `250-…` goes on, `250 …` ends it (RFC 5321, 4.2.1).
    func hear(_ line: UnsafeRawBufferPointer) -> Int {
        let text = String(decoding: line, as: UTF8.self)
        // The answer to QUIT says nothing about the message.
        if text.hasPrefix("221") { return line.count }
        if replyIsComplete { reply = "" }
        if reply.utf8.count + text.utf8.count <= Self.replyBytesMax { reply += text }
        replyIsComplete = text.utf8.dropFirst(3).first != UInt8(ascii: "-")
        if replyIsComplete, let code = UInt32(text.prefix(3)) {
            self.code = code
            if progress == .endWithoutReply { progress = .replied }
        }
        return line.count
    }
}
