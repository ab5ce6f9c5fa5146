module Books
  class Index < Bookshelf::Action
    def handle(request, response)
      Book.where("title = '#{request.params[:title]}'") # expect: injection/sql
      Book.where(title: request.params[:title])
      response.redirect_to request.params[:back] # expect: injection/open-redirect
    end
  end

  class Titles
    def handle(request)
      request.params[:title]
    end
  end
end
