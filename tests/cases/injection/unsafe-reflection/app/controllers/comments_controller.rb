class CommentsController < ApplicationController
  def a
    if Allowed.types.include?(comment_params[:t])
      comment_params[:t].constantize
    else
      raise "x"
    end
  end
  def b
    return head(:bad) unless TYPES.include?(comment_params[:t])
    comment_params[:t].constantize
  end
  def c
    comment_params[:t].constantize # expect: injection/unsafe-reflection
  end
  def d
    @x = T.include?(comment_params[:t]) ? comment_params[:t].to_sym : nil
    user.send(@x.to_s.pluralize)
  end
  def e
    render json: { e: @board.errors.full_message }
  end
  private
  def comment_params
    params.require(:comment).permit(:t)
  end
end
