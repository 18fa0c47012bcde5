import Events
import Sealing
import Transfer
import Wire

/// A model behind an OpenAI-compatible `POST /chat/completions`.
struct ChatAgent {
    /// The longest answer, in bytes: all that `JSON` reads.
    static let responseBytesMax = JSON.bytesMax

    private let model: ChatModel
    private let secret: @Sendable (String) -> String?

    init(_ model: ChatModel, secret: @escaping @Sendable (String) -> String?) {
        self.model = model
        self.secret = secret
    }

    /// Sends the body as it stands.
    func ask(_ request: [UInt8], timeoutMs: UInt64) async -> CallResult {
        var headers = [
            HTTPRequest.Header("Content-Type", "application/json"), HTTPRequest.Header("Accept", "application/json"),
        ]
        var key = ""
        if !model.keyVariable.isEmpty {
            guard let value = secret(model.keyVariable), !value.isEmpty else {
                let detail =
                    "the variable \(model.keyVariable) with the key is not set; set it, or choose another model"
                return .failed(Failure(.missing, detail))
            }
            key = value
            headers.append(HTTPRequest.Header("Authorization", "Bearer \(key)"))
        }
        let base = model.url.hasSuffix("/") ? String(model.url.dropLast()) : model.url
        let response = await HTTPRequest(
            url: base + "/chat/completions", body: request, headers: headers, timeoutMs: timeoutMs,
            responseBytesMax: Self.responseBytesMax, allowsPrivate: true
        ).send()
        return result(of: response, redacting: Redaction([key]))
    }

    private func result(of response: HTTPResponse, redacting: Redaction) -> CallResult {
        let body = redacting(response.body)
        if let failure = response.failure {
            guard failure.kind != .cancelled else { return .unresolved }
            return .failed(
                Failure(CallError(failure.kind), failure.detail, status: response.status, evidence: body))
        }
        guard response.status == 200 else { return .failed(refusal(response, body: body)) }
        let answer = ChatAnswer(body)
        let cost =
            answer.costMicrodollars
            ?? Cost.microdollars(
                ofInput: UInt64(answer.usage.inputTokens), at: model.inputMicrodollars,
                output: UInt64(answer.usage.outputTokens), at: model.outputMicrodollars)
        switch answer.content {
        case .success(let content):
            return .completed(
                Answer(
                    content: Array(content.utf8), usage: answer.usage, costMicrodollars: cost,
                    finish: answer.finish, model: answer.model ?? model.model))
        case .failure(let fault):
            return .failed(
                Failure(.malformed, fault.description, status: 200, evidence: body, costMicrodollars: cost))
        }
    }

    private func refusal(_ response: HTTPResponse, body: [UInt8]) -> Failure {
        let status = response.status
        let error: CallError = ChatAnswer.isOutOfMoney(status: status, body) ? .budget : CallError(status: status)
        let detail =
            switch (error, status) {
            case (.budget, _): "the account has no money left, or has reached its limit; the provider's page shows it"
            case (_, 300..<400): "it answered \(status), a redirect, which is not followed; correct the model's url"
            case (_, 401), (_, 403):
                model.keyVariable.isEmpty
                    ? "it wants a key (\(status)); name its variable in daybook.yaml"
                    : "it does not take the key in \(model.keyVariable) (\(status))"
            case (_, 404): "it knows no \(model.model), or no chat at this url (404)"
            default: "it answered \(status)"
            }
        return Failure(error, detail, status: status, retryAfterMs: response.retryAfterMs, evidence: body)
    }
}

extension CallError {
    /// What an HTTP status other than 200 means.
    init(status: UInt32) {
        self =
            switch status {
            case 429: .rateLimit
            case 408: .timeout
            // A conflict passes, as overload does.
            case 409, 500...: .server
            default: .refused
            }
    }

    init(_ kind: TransferFailure.Kind) {
        self =
            switch kind {
            case .unreachable, .untrusted: .unreachable
            case .timeout: .timeout
            case .broken, .cancelled: .server
            case .tooLarge: .tooLarge
            case .invalid, .forbidden, .denied: .refused
            }
    }
}
