import Events
import Wire

/// What an OpenAI-compatible server says in a 200: an answer, or the lack of one, and what either cost.
struct ChatAnswer {
    let content: Result<String, ChatFault>
    let usage: Usage
    /// The provider's own account, if it gives one.
    let costMicrodollars: UInt64?
    let finish: FinishReason
    let model: String?

    init(_ body: [UInt8]) {
        let document: JSON
        do throws(JSONError) {
            document = try JSON(parsing: body)
        } catch {
            content = .failure(body.isEmpty ? .empty : .noJSON(error))
            usage = Usage(inputTokens: 0, outputTokens: 0, cachedTokens: 0)
            (costMicrodollars, finish, model) = (nil, .stop, nil)
            return
        }
        let choice = document["choices"]?.elements?.first
        let message = choice?["message"]
        let text = message?["content"]?.text ?? ""
        let refusal = message?["refusal"]?.text ?? ""
        usage = Usage(chat: document["usage"])
        costMicrodollars = document["usage"]?["cost"].flatMap { cost in
            if case .number(let digits) = cost { Money.microdollars(ofDollars: digits) } else { nil }
        }
        model = document["model"]?.text
        finish =
            switch choice?["finish_reason"]?.text {
            case "length": .length
            case "content_filter": .refusal
            default: text.isEmpty && !refusal.isEmpty ? .refusal : .stop
            }
        content =
            if choice == nil {
                .failure(.noChoice)
            } else if !text.isEmpty {
                .success(text)
            } else if !refusal.isEmpty {
                .success(refusal)
            } else {
                .failure(.noContent(finish))
            }
    }

    /// Whether the provider wants money and not patience: 402, or one of the codes that come with 429 and 403.
    static func isOutOfMoney(status: UInt32, _ body: [UInt8]) -> Bool {
        if status == 402 { return true }
        guard status == 429 || status == 403 || status == 400, let error = (try? JSON(parsing: body))?["error"] else {
            return false
        }
        let codes = [error["code"], error["type"], error["details"]?["error_code"]].compactMap { $0?.text }
        let money: Set = [
            "insufficient_quota", "credit_balance_exhausted", "enforced_spend_limit_reached",
            "billing_hard_limit_reached",
        ]
        return codes.contains { money.contains($0) }
    }
}

/// Why a 200 holds no answer.
enum ChatFault: Error, CustomStringConvertible {
    case empty
    case noJSON(JSONError)
    case noChoice
    case noContent(FinishReason)

    var description: String {
        switch self {
        case .empty: "it answered 200 and nothing"
        case .noJSON(let error): "it answered 200 with something that is not JSON: \(error)"
        case .noChoice: "it answered 200 without a choice"
        case .noContent(.length): "it used all its output tokens and said nothing; raise max_tokens"
        case .noContent: "it answered 200 with an empty message"
        }
    }
}

extension Usage {
    /// Tokens as chat servers count them; cached ones are a part of the input. What is absent or absurd counts zero.
    init(chat usage: JSON?) {
        self.init(
            inputTokens: Self.count(usage?["prompt_tokens"]), outputTokens: Self.count(usage?["completion_tokens"]),
            cachedTokens: Self.count(usage?["prompt_tokens_details"]?["cached_tokens"]))
    }

    static func count(_ value: JSON?) -> UInt32 {
        value?.integer.flatMap { UInt32(exactly: $0) } ?? 0
    }
}
