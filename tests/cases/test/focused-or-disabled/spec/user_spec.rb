RSpec.describe User do
  fcontext "new" do # expect: test/focused-or-disabled
    it("is new") { expect(user).to be_new_record }
  end

  it "is old", :focus do # expect: test/focused-or-disabled
    expect(user).to be_persisted
  end

  it "keeps the focus", type: :feature do
    focus
    expect(user).to be_persisted
  end
end
