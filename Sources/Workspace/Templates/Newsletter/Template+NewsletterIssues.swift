extension Template {
    /// What was sent before, with its figures.
    static let newsletterIssues = [
        TemplateFile(
            "knowledge/issue-033.md",
            #"""
            ---
            title: Answer the question before it is asked
            collection: issues
            form: past_output
            figures: {recipients: 371, opens: 178, clicks: 44, unsubscribes: 2}
            ---
            On a Tuesday in spring, Jonas counted the mails in his support folder. There were 31 from
            the past month, and 9 of them asked the same thing: where do I find my invoice?

            He had an answer ready and pasted it nine times. That cost him perhaps four minutes each
            time, most of it spent finding his way back to what he had been doing. What he did not have
            was a place where the customer could meet the answer first.

            So he moved one sentence. The confirmation mail had ended with a thank you. Now it ends with
            "Your invoices are under Settings, Billing", and a link. In the month after, the question
            came twice.

            The lever is not the help page. It is the place where people already look. A mail they open
            anyway, the screen right after paying, the line beside the button.

            This week: open your sent mail, and find the answer that you gave most often last month.
            Put it, in one sentence, at the point where the question arises. It takes half an hour.

            How to tell that it worked: count the same question again in four weeks. If it has not at
            least halved, the sentence stands in the wrong place.
            """#),
        TemplateFile(
            "knowledge/issue-034.md",
            #"""
            ---
            title: The invoice that goes out on Friday
            collection: issues
            form: past_output
            figures: {recipients: 376, opens: 169, clicks: 38, unsubscribes: 1}
            ---
            Marta writes translations, and she used to write her invoices on the last day of the month.
            It was the tidy way: one evening, one pile, a glass of wine.

            Then she looked at when the money came. From the end of the work to the payment it took 41
            days on average, and 18 of those were days in which the invoice did not exist yet.

            She changed one thing. Work that is delivered by Thursday is invoiced on Friday before
            lunch, with whatever is done. Half of her customers pay within two weeks whatever the date
            on the paper, so the clock simply starts earlier. Over the following quarter her average
            fell to 24 days. She did not send a single extra reminder.

            There is a second effect, which she had not expected. A customer who gets the invoice in
            the week of the work still remembers why it was worth the money. Two of them added a line
            of thanks. Nobody ever thanked her in the pile at the end of the month.

            This week: set aside 30 minutes on Friday and invoice everything that is finished. Put the
            same half hour into your calendar for the next four Fridays, and compare the days until
            payment with those of the month before.
            """#),
        TemplateFile(
            "knowledge/issue-035.md",
            #"""
            ---
            title: One page that says no
            collection: issues
            form: past_output
            figures: {recipients: 380, opens: 201, clicks: 57, unsubscribes: 4}
            ---
            "Do you also do logos?" Ana had answered that question 14 times between January and March,
            each time in a call of 20 minutes that ended with a polite no.

            She does packaging. She is good at it, and she likes to be asked. But the calls came to
            almost five hours a quarter, and the people on the other end had lost their time as well.

            So she wrote a page called "What I do not do". It has six lines. No logos, no websites, no
            rush work under ten days, no work for free in exchange for being seen. Below each line
            stands the name of somebody who does it well. The page took her one morning.

            In the next quarter 6 such calls remained. Three of the people she had sent on came back
            later with packaging, because someone who tells you where the door is seems to know the
            house.

            Saying no in public feels like turning away money. Mostly it turns away conversations that
            would not have become money, and it leaves the others with a clearer idea of what to ask for.

            This week: list the last ten requests that you declined. If three of them were alike, write
            the line, name somebody better, and link the page from your contact form.
            """#),
        TemplateFile(
            "knowledge/issue-036.md",
            #"""
            ---
            title: A price you can say out loud
            collection: issues
            form: past_output
            figures: {recipients: 388, opens: 209, clicks: 71, unsubscribes: 3}
            ---
            Try this at your desk: say your price to the empty room, with the sentence that comes before
            it and the sentence that comes after. If you need three breaths, so does your customer.

            Tom sold a small booking tool in four plans. Asked on the phone what it cost, he would say
            "that depends", and then talk for two minutes. When he recorded himself, he heard eleven
            conditions before the first number.

            He went down to two plans. The first sentence on the page became: "It costs 19 dollars a
            month, and 39 if more than one person answers your bookings." Everything else moved below.
            In the six weeks after, 27 of 410 visitors of the page began a trial. Before that it had
            been 16 of 395. The numbers are small and the season was good, so take it as a hint. The
            phone calls, though, went from about five a week to one.

            A price that can be said in one breath can also be passed on. Your customer has to repeat
            it to somebody: a partner, a bookkeeper, their own doubts at night.

            This week: write the one sentence. Put it at the top of the page and leave all the rest
            where it is. Count trials, or questions, for a month.
            """#),
        TemplateFile(
            "knowledge/issue-037.md",
            #"""
            ---
            title: Ten minutes before the call
            collection: issues
            form: past_output
            figures: {recipients: 391, opens: 172, clicks: 31, unsubscribes: 2}
            ---
            Priya coaches people who change careers. Her calls are 50 minutes long, and for years the
            first 15 went to finding out why the person had come.

            Nobody was at fault. The booking form asked for a name, a date and a telephone number. The
            one question that mattered was left to the call itself, where it is expensive.

            She added a mail. It goes out a day earlier and asks for two lines: what has changed since
            you booked, and what would make this call worth it? It says that two lines are plenty, and
            that no answer is fine too.

            Out of 40 people, 29 answered. With them the call begins in the middle. She has kept the
            price and cut the call to 40 minutes, and nobody has remarked on it. That returned to her
            about five hours in a month.

            The people who did not answer turned out to be a signal of their own. Half of them moved
            their call or did not come. She now sends those a second line, asking whether the date
            still suits them.

            This week: write the two questions that you always ask first. Send them the day before,
            by hand, to the next three people. Only automate it when you have seen the answers.
            """#),
        TemplateFile(
            "knowledge/issue-038.md",
            #"""
            ---
            title: The welcome mail that nobody finished
            collection: issues
            form: past_output
            figures: {recipients: 397, opens: 213, clicks: 76, unsubscribes: 1}
            ---
            The first mail after signing up had seven steps, three screenshots and a video. Mei was
            proud of it. It had taken her a weekend.

            Then she looked at where people stopped. Of 118 new customers, 104 opened the mail, 61
            clicked the first link, and 9 got as far as the last. The product was not too hard. The mail
            was a wall with a door painted at the far end.

            She cut it into three. The first has one sentence and one button: add your first recipe. The
            second goes out only to people who did that, and it shows the one setting that saves the
            most time. The third arrives after a week and asks whether anything is in the way.

            Now 83 out of 120 add a recipe on the first day. Before, it was 47 of 118. She has written
            fewer words than in any mail before it.

            What you know about your product is a map. What a new customer needs is the next corner.

            This week: find the one action after which people tend to stay. Rewrite the welcome mail
            so that it asks for this and nothing else. Keep the old text, because pieces of it will
            make a good second mail.
            """#),
        TemplateFile(
            "knowledge/issue-039.md",
            #"""
            ---
            title: Keep a list of what you stopped doing
            collection: issues
            form: past_output
            figures: {recipients: 399, opens: 188, clicks: 29, unsubscribes: 5}
            ---
            Every January, Paul wrote a list of what he would begin. By March it had 20 entries, and he
            felt late all year.

            Last year he kept a second list on the inside of the same notebook: what he had stopped. It
            began small. No more posting on a network that had brought in one customer in three years.
            No more Monday report that he alone read. No more two versions of the same price list.

            In December there were 11 lines. He estimated what each of them used to take and came to
            roughly six hours a week. Nobody had written to ask where the report had gone.

            Stopping is the cheapest lever there is, and the only one that leaves no trace unless you
            write it down. Without a trace it comes back. A quiet week, a bit of guilt, and there is the
            report again.

            A caution: three readers told us that they had stopped something which turned out to matter,
            twice it was the reminder before an appointment. So stop for four weeks first, and note on
            which day you will look again.

            This week: pick one recurring task, and let it rest for a month. Write down the date, the
            task and what you expect to happen.
            """#),
        TemplateFile(
            "knowledge/issue-040.md",
            #"""
            ---
            title: A backup is a promise to a customer
            collection: issues
            form: past_output
            figures: {recipients: 404, opens: 164, clicks: 41, unsubscribes: 3}
            ---
            At 16:40 on a Thursday the laptop did not wake up again. Sofia was not worried, because she
            had backups. She had set them up two years earlier, and the small green icon was always
            there.

            The icon had been telling the truth about the wrong folder. Her projects had moved in
            January. What she could restore was eight months old, and the customer whose files were
            due on Friday got a telephone call instead.

            We asked readers about this in a short survey. Of 64 who answered, 58 said that they had a
            backup. 21 had ever restored a single file from it. That is the figure to look at: a backup
            which has never been restored is a hope with an icon.

            The lever takes 15 minutes. Choose one file that would hurt. Restore it to another place.
            Open it. Write the date on a note beside the screen.

            Then make it a habit that does not depend on your mood: the first working day of each month,
            one file, a different one each time. If you hold data of other people, tell them that you do
            this. It is one of the few sentences about safety which a customer can picture.
            """#),
        TemplateFile(
            "knowledge/issue-041.md",
            #"""
            ---
            title: Ask for the reason, not for the rating
            collection: issues
            form: past_output
            figures: {recipients: 408, opens: 220, clicks: 69, unsubscribes: 2}
            ---
            When somebody cancelled, Henrik's tool asked for one to five stars. The average was 3.8, and
            it had been 3.8 for two years. He could have carved it in stone.

            A reader had suggested something else, and he tried it: one open question, shown after the
            cancellation is already done. "What were you hoping for that did not happen?" No stars, no
            list to choose from, and a line that promises a reply only to those who want one.

            Of the next 52 people who left, 23 wrote something. Stars had been given by almost everybody
            and had told him nothing. The sentences told him that 8 of the 23 had never found the export,
            and that 5 only needed the tool for one season.

            He put the export into the menu. For the seasonal people he made a pause button which keeps
            their data for 9 dollars a year. Four of the five have come back since.

            A number is comfortable because it needs no answer. A reason is work, and that is why it is
            worth more.

            This week: replace one rating by one question. Ask it after the person has got what they
            came for, so that nobody suspects a trap. Read the first ten answers twice before you
            change anything.
            """#),
    ]
}
